/**
 * A day of twelve leads at 500 Hz in WFDB's format 16: 1,037 MB of samples, the same bytes on every machine. One hour
 * is synthesized and repeated, so that neither program nor file has to be in memory.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CANONICAL_LEADS } from '../src/signal/leads.ts';
import { synthesize } from '../src/synth/ecg.ts';
import type { LeadName } from '../src/synth/leads.ts';
import { sized } from './sized.ts';

export const RATE = 500;
export const LEADS = CANONICAL_LEADS.slice(0, 12) as LeadName[];
const HOUR = sized(3600, 60);
const HOURS = 24;
/** Seconds of the day, and of short runs 24 minutes. */
export const SECONDS = HOURS * HOUR;
/** Bytes of the day's samples. */
export const SAMPLE_BYTES = SECONDS * RATE * LEADS.length * Int16Array.BYTES_PER_ELEMENT;

export interface DayFiles {
  /** The header and the signals of the day, in the order in which they are sent. */
  day: string[];
  /** The same of its first hour, to warm up. */
  hour: string[];
}

export function writeDay(folder: string): DayFiles {
  const noise = { noise: 20, hum: 5, wander: 150 };
  const { leads } = synthesize({ seed: 1, duration: HOUR, samplingRate: RATE, ...noise, leads: LEADS });
  const frames = new Int16Array(HOUR * RATE * leads.length);
  for (const [channel, { samples }] of leads.entries())
    for (let i = 0, at = channel; i < samples.length; i++, at += leads.length) frames[at] = samples[i] as number;
  const write = (name: string, hours: number): string[] => {
    const [header, signals] = [join(folder, `${name}.hea`), join(folder, `${name}.dat`)];
    const lines = leads.map(({ name: lead, samples }) => {
      const checksum = (((hours * samples.reduce((sum, value) => sum + value, 0)) % 65_536) << 16) >> 16;
      return `${name}.dat 16 1000/mV 16 0 ${samples[0]} ${checksum} 0 ${lead}`;
    });
    const record = `${name} ${leads.length} ${RATE} ${hours * HOUR * RATE} 09:30:00 15/01/2026`;
    writeFileSync(header, `${record}\n${lines.join('\n')}\n`);
    const file = openSync(signals, 'w');
    const bytes = Buffer.from(frames.buffer);
    for (let hour = 0; hour < hours; hour++) for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    closeSync(file);
    return [header, signals];
  };
  return { day: write('day', HOURS), hour: write('hour', 1) };
}
