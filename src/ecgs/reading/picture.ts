/**
 * Draws a recording on ECG paper: reads the requested stretch of each channel from its blocks and passes it to the
 * drawing.
 */
import { DateTime } from 'luxon';
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { isId } from '../../database/ids.ts';
import { patientModel } from '../../directory/patients/model.ts';
import { Problem } from '../../errors.ts';
import { drawSheet, isToScale } from '../../paper/draw.ts';
import { layOut, sheetWidth, usualLayout } from '../../paper/sheet.ts';
import type { Layout, PaperChannel, Strip, StripSamples } from '../../paper/types.ts';
import { millivolts } from '../../signal/units.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { chosenChannels } from './chosen-channels.ts';
import { physicalValues } from './samples.ts';
import { spanOf } from './span-cursor.ts';
import { assertInside, durationOf, sampleRange, type SampleRange } from './window.ts';

export interface PictureOptions {
  from: number;
  to?: number | undefined;
  layout?: Layout | undefined;
  /** mm/s */
  speed: number;
  /** mm/mV */
  gain: number;
  /** Names or leads, in the order in which they are stacked; all if omitted. */
  channels?: string[] | undefined;
  crossings: boolean;
  /** Whether to write the patient's name on it. */
  name: boolean;
}

/** Seconds on a sheet by default. */
const USUAL_SECONDS = 10;
/** mm: two minutes at 25 mm/s. */
export const MAX_PAPER_WIDTH = 3_020;
/** Samples of all strips of one sheet, which are in memory together and drawn at once. */
export const MAX_PAPER_SAMPLES = 1_000_000;
/** Height of a channel without a calibrated voltage, in mm. */
const UNSCALED_HEIGHT = 8;

/**
 * The sheet as SVG. @param signal aborts the reading with its reason. Errors: `sampling-rate-unknown`, `invalid-query`
 * (channels), `window-outside`, `answer-too-large`.
 */
export async function picture(
  ecg: StoredEcg,
  options: PictureOptions,
  zone: ClinicZone,
  database: Connection,
  signal?: AbortSignal,
): Promise<string> {
  const numbers = chosenChannels(ecg, options.channels);
  const stored = numbers.map((number) => ecg.channels[number] as StoredChannel);
  const channels = stored.map(onPaper);
  const { from, speed, gain } = options;
  assertInside(stored, options);
  const to = options.to ?? Math.max(from, Math.min(from + USUAL_SECONDS, durationOf(stored)));
  if (sheetWidth(to - from, speed) > MAX_PAPER_WIDTH) {
    throw new Problem(
      'answer-too-large',
      `A sheet may be at most ${MAX_PAPER_WIDTH} mm wide. Narrow it with from and to, or use a lower speed.`,
    );
  }
  const sheet = layOut(channels, {
    layout: options.layout ?? (options.channels ? 'stacked' : usualLayout(channels)),
    speed,
    gain,
    from,
    to,
  });

  const wanted = sheet.strips.map((strip) =>
    strip.channel === null ? null : sampleRange(stored[strip.channel] as StoredChannel, strip),
  );
  if (wanted.reduce((sum, range) => sum + (range ? range.end - range.first : 0), 0) > MAX_PAPER_SAMPLES) {
    throw new Problem(
      'answer-too-large',
      `A sheet may show at most ${MAX_PAPER_SAMPLES} samples. Narrow it with from and to, or name fewer channels.`,
    );
  }
  const samples = await readStrips(ecg, numbers, sheet.strips, wanted, database, signal);
  const scales = channels.map((channel, number) => {
    const factor = isToScale(channel) ? millivolts(channel.unit) : null;
    return factor === null ? fitting(sheet.strips, samples, number) : factor * gain;
  });
  const person = options.name ? await personOf(ecg, database) : null;
  return drawSheet(sheet, channels, samples, scales, {
    crossings: options.crossings,
    head: head(ecg, person, from, to, zone),
    foot: foot(channels, options),
  });
}

function onPaper({ name, lead, samplingRate, unit, calibrated }: StoredChannel): PaperChannel {
  if (samplingRate === null)
    throw new Problem(
      'sampling-rate-unknown',
      `Channel "${name}" has no sampling rate, so it cannot be drawn. Set samplingRate with PATCH.`,
    );
  return { name, lead, samplingRate, unit, calibrated };
}

/** The samples of each strip; null for a strip without a channel. */
async function readStrips(
  ecg: StoredEcg,
  numbers: readonly number[],
  strips: readonly Strip[],
  ranges: readonly (SampleRange | null)[],
  database: Connection,
  signal?: AbortSignal,
): Promise<(StripSamples | null)[]> {
  const spans = strips.flatMap(({ channel }, i) =>
    channel === null ? [] : [spanOf(ecg, numbers[channel] as number, ranges[i] as SampleRange)],
  );
  const values = await physicalValues(ecg, spans, database, signal);
  let next = 0;
  return strips.map((strip, i) => {
    if (strip.channel === null) return null;
    const samplingRate = ecg.channels[numbers[strip.channel] as number]?.samplingRate as number;
    const { first } = ranges[i] as SampleRange;
    return { values: values[next++] as Float64Array, offset: first / samplingRate - strip.from };
  });
}

/** In mm per unit, so that the largest value of a channel fits in its row. */
function fitting(strips: readonly Strip[], samples: readonly (StripSamples | null)[], channel: number): number {
  let largest = 0;
  for (const [i, strip] of strips.entries()) {
    if (strip.channel !== channel) continue;
    for (const value of samples[i]?.values ?? []) if (Math.abs(value) > largest) largest = Math.abs(value);
  }
  return largest === 0 ? 0 : UNSCALED_HEIGHT / largest;
}

const figure = (value: number): string => String(Number(value.toFixed(3)));

/** The patient in the directory, otherwise the person named in the file. */
async function personOf({ patient, subject }: StoredEcg, database: Connection): Promise<string> {
  const known =
    patient !== null && isId(patient)
      ? await patientModel(database).findById(patient, 'firstName lastName').lean()
      : null;
  const name = known && [known.firstName, known.lastName].filter((part) => part !== null).join(' ');
  return name || (subject?.patientName ?? 'name unknown');
}

function head(ecg: StoredEcg, person: string | null, from: number, to: number, { name }: ClinicZone): string {
  const date =
    ecg.date === null
      ? 'date unknown'
      : DateTime.fromJSDate(ecg.date, { zone: name }).toFormat('yyyy-MM-dd HH:mm:ss ZZZZ');
  return [...(person === null ? [] : [person]), date, `${figure(from)} s to ${figure(to)} s`].join(' · ');
}

function foot(channels: readonly PaperChannel[], { speed, gain }: PictureOptions): string {
  const rates = [...new Set(channels.map((channel) => figure(channel.samplingRate)))].join(', ');
  const toScale = channels.filter(isToScale).length;
  const scale = toScale === 0 ? [] : [`${figure(gain)} mm/mV${toScale < channels.length ? ' where not marked' : ''}`];
  const loose = channels.filter((channel) => !channel.calibrated).length;
  const calibrated =
    loose === 0
      ? 'calibrated'
      : loose === channels.length
        ? 'NOT CALIBRATED, no amplitude scale'
        : 'NOT CALIBRATED where marked';
  return [`${figure(speed)} mm/s`, ...scale, `${rates} Hz`, calibrated].join(' · ');
}
