/**
 * A day of a few leads in the formats that Holter recorders use: the same digits on every machine, written by our
 * encoders, or here if we have no encoder for a format.
 */
import { appendFileSync, createWriteStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readFrom } from '../src/formats/common/frames.ts';
import { formatById } from '../src/formats/registry.ts';
import type { FormatId, UploadFiles, WritableRecording } from '../src/formats/types.ts';
import { synthesize } from '../src/synth/ecg.ts';
import type { LeadName } from '../src/synth/leads.ts';
import { sized } from './sized.ts';

const HOUR = 3600;
const HOURS = sized(24, 1);
/** The largest value in 12-bit formats. */
const MOST = 2047;

export interface Holter {
  samplingRate: number;
  leads: { name: LeadName; samples: Int16Array }[];
}

/** One hour of a noisy ECG, repeated. */
export function holter(samplingRate: number, names: readonly LeadName[]): Holter {
  const { leads } = synthesize({ seed: 1, duration: HOUR, samplingRate, noise: 20, hum: 5, wander: 150, leads: names });
  return {
    samplingRate,
    leads: leads.map(({ name, samples: hour }) => {
      const samples = new Int16Array(HOURS * hour.length);
      const held = hour.map((value) => Math.max(-MOST, Math.min(MOST, value)));
      for (let i = 0; i < HOURS; i++) samples.set(held, i * hour.length);
      return { name, samples };
    }),
  };
}

/** Writes it in one of our export formats. @returns the files, the main one (WFDB's header) last */
export async function writeHolter(
  { leads, samplingRate }: Holter,
  format: FormatId,
  folder: string,
): Promise<string[]> {
  const { encode } = formatById(format);
  if (!encode) throw new Error(`${format} is not written`);
  const recording: WritableRecording = {
    id: 'holter',
    externalId: null,
    date: '2026-01-15T09:30:00Z',
    notes: null,
    subject: null,
    annotations: [],
    channels: leads.map(({ name, samples }) => ({
      name,
      lead: name,
      samplingRate,
      unit: 'mV',
      gain: 1000,
      zeroLevel: 0,
      calibrated: true,
      sampleType: 'int16',
      samples: samples.length,
      missing: 0,
      lowest: -MOST,
      highest: MOST,
    })),
  };
  const files = encode(recording, readFrom(leads.map(({ samples }) => samples)));
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    await pipeline(Readable.from(bytes), createWriteStream(path));
    paths.push(path);
  }
  return paths;
}

/** The samples of all leads, one of each in turn. */
function interleaved({ leads }: Holter): Int16Array {
  const length = leads[0]?.samples.length ?? 0;
  const all = new Int16Array(length * leads.length);
  for (const [channel, { samples }] of leads.entries())
    for (let i = 0, at = channel; i < length; i++, at += leads.length) all[at] = samples[i] as number;
  return all;
}

/** The lead codes of ISHNE from here on, in this order. */
const FIRST_CODE = 5;
const CODED: readonly LeadName[] = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const HEADER_BYTES = 522;

/** Writes it as an ISHNE file without a checksum: the same bytes of samples as WFDB's format 16. */
export function writeIshne(day: Holter, path: string): void {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('ISHNE1.0');
  header.writeInt32LE(day.leads[0]?.samples.length ?? 0, 14);
  header.writeInt32LE(HEADER_BYTES, 18);
  header.writeInt32LE(HEADER_BYTES, 22);
  header.writeInt16LE(1, 26);
  for (const [i, part] of [15, 1, 2026].entries()) header.writeInt16LE(part, 138 + 2 * i);
  header.writeInt16LE(day.leads.length, 156);
  for (const [i, { name }] of day.leads.entries()) {
    header.writeInt16LE(FIRST_CODE + CODED.indexOf(name), 158 + 2 * i);
    header.writeInt16LE(1000, 206 + 2 * i);
  }
  header.writeInt16LE(day.samplingRate, 272);
  writeFileSync(path, header);
  appendFileSync(path, new Uint8Array(interleaved(day).buffer));
}

/** The signal file of WFDB's format 212: two samples in three bytes. */
export function packed212(day: Holter): Uint8Array {
  const all = interleaved(day);
  const bytes = new Uint8Array((all.length / 2) * 3);
  for (let i = 0, at = 0; i < all.length; i += 2, at += 3) {
    const [first, second] = [all[i] as number, all[i + 1] as number];
    bytes[at] = first;
    bytes[at + 1] = ((first >> 8) & 0x0f) | ((second >> 4) & 0xf0);
    bytes[at + 2] = second;
  }
  return bytes;
}

const PIECE = 1 << 18;

/** A file in pieces that share one buffer: each is valid until the next is requested. */
async function* pieces(path: string): AsyncGenerator<Uint8Array, void, void> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let read = await file.read(buffer); read.bytesRead > 0; read = await file.read(buffer))
      yield buffer.subarray(0, read.bytesRead);
  } finally {
    await file.close();
  }
}

/** Files of a folder, in the form that decoders take. */
export const filesOf = (folder: string, main: string): UploadFiles => ({
  main: { name: main, bytes: pieces(join(folder, main)) },
  open: async (name) => (/\.(?:atr|ann)$/.test(name) ? null : pieces(join(folder, name))),
});
