/**
 * Plans the picture of a recording on ECG paper and reads its samples: those of the whole window if they are few,
 * otherwise those of one page at a time.
 */
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { Problem } from '../../errors.ts';
import type { Drawing } from '../../paper/draw.ts';
import { usualLayout } from '../../paper/layouts.ts';
import type { PaperMark } from '../../paper/marks.ts';
import { BORDER, planSheet, type SheetOptions, sheetWidth } from '../../paper/plan.ts';
import type { ChannelSamples } from '../../paper/samples.ts';
import { footHeight, headHeight } from '../../paper/text.ts';
import { type Extent, type Layout, LINE_WIDTH, type Page, type PaperChannel, type Sheet } from '../../paper/types.ts';
import { isCalculated, withCalculated } from '../reading/calculated.ts';
import { chosenChannels } from '../reading/chosen-channels.ts';
import { bandInDigits, physicalValues as physicalSummary } from '../reading/insights.ts';
import { physicalValues } from '../reading/samples.ts';
import { spanOf } from '../reading/span-cursor.ts';
import { assertInside, durationOf, sampleRange, type TimeWindow } from '../reading/window.ts';
import { exportedAnnotations } from '../annotations/exported.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { footLines, headLines } from './captions.ts';
import { personOf } from './identity.ts';
import type { PictureOptions } from './options.ts';
import { MAX_LINES } from './queries.ts';

/** Seconds on a sheet by default. */
const USUAL_SECONDS = 10;
/** Samples of all channels of a page, which are in memory together. */
export const MAX_PAPER_SAMPLES = 1_000_000;
/** Marks of a sheet. */
const MAX_MARKS = 5_000;

/** A planned picture. */
export interface Picture {
  sheet: Sheet;
  channels: PaperChannel[];
  drawing: Drawing;
  /** The samples of the channels of a page; empty for others. They belong to the caller. Errors: `answer-too-large` */
  samplesOf: (page: Page) => Promise<ChannelSamples[]>;
}

/** What a picture is made from. */
export interface PictureSource {
  ecg: StoredEcg;
  database: Connection;
  zone: ClinicZone;
  /** Sentences that are written above the rows of a picture with a header. */
  remarks: readonly string[];
  /** Aborts the reading with its reason. */
  signal?: AbortSignal;
}

/**
 * Plans a picture. Errors: `sampling-rate-unknown`, `invalid-query` (channels), `window-outside`, `answer-too-large`.
 */
export async function planPicture(source: PictureSource, options: PictureOptions): Promise<Picture> {
  const { database, zone } = source;
  const ecg = options.calculated ? withCalculated(source.ecg) : source.ecg;
  const { numbers, timeless, layout, window } = drawnPart(ecg, options);
  const stored = numbers.map((number) => ecg.channels[number] as StoredChannel);
  const channels = stored.map(onPaper);
  const read = async (wanted: TimeWindow, only: ReadonlySet<number> | null): Promise<ChannelSamples[]> =>
    readChannels({ ...source, ecg }, numbers, wanted, only);

  const whole = countOf(stored, window) <= MAX_PAPER_SAMPLES ? await read(window, null) : null;
  const extents = whole ? whole.map(extentOf) : stored.map(summaryExtent);
  const end = durationOf(stored);
  const { marks, isComplete } = await marksOf(source, numbers, { ...window, end }, options.annotations);
  const person = options.name || options.header ? await personOf(ecg, database) : null;

  const { speed, gain, gainV, paper, crossings } = options;
  const plan: SheetOptions = { layout, speed, gain, gainV, paper, extents, ...window };
  const width = sheetWidth(plan) - 2 * BORDER;
  const facts = { ecg, person, isFull: options.header, remarks: source.remarks, channels, zone, ...window };
  const head = headLines(facts, width);
  const foot = footLines(channels, extents, options, width, { isMarked: isComplete, timeless });
  const sheet = planSheet(channels, {
    ...plan,
    head: headHeight(head.length),
    foot: footHeight(foot.length),
    marks: new Set(marks.map(({ channel }) => channel)),
    ticks: crossings,
  });
  const rules = stored.map((channel) => ({
    deadBand: bandInDigits(options.deadBand, channel) / Math.abs(channel.gain),
    gaps: options.gaps,
  }));
  return {
    sheet,
    channels,
    drawing: {
      title: head[0]?.text ?? '',
      head,
      foot,
      crossings: crossings ? rules : null,
      marks,
      recordingEnd: window.to === end ? end : null,
    },
    samplesOf: async (page) => {
      source.signal?.throwIfAborted();
      const shown = new Set(page.rows.flatMap(({ strips }) => strips.flatMap(({ channel }) => channel ?? [])));
      if (whole === null) return read(page, shown);
      return whole.map((held, i) => (shown.has(i) ? partOf(held, stored[i] as StoredChannel, page) : NOTHING));
    },
  };
}

const NOTHING: ChannelSamples = { first: 0, values: new Float64Array(0) };

/**
 * The numbers of the channels to be drawn. Without a choice, those without a sampling rate are left out, unless that
 * would be all. @returns also the names of those that are left out
 */
function drawnChannels(ecg: StoredEcg, wanted: string[] | undefined): { numbers: number[]; timeless: string[] } {
  const numbers = chosenChannels(ecg, wanted);
  const isTimed = (number: number): boolean => ecg.channels[number]?.samplingRate !== null;
  if (wanted || !numbers.some(isTimed)) return { numbers, timeless: [] };
  const timeless = ecg.channels.filter(({ samplingRate }) => samplingRate === null).map(({ name }) => name);
  return { numbers: numbers.filter(isTimed), timeless };
}

/**
 * What of a recording is drawn, and on which sheet. Calculated leads fill the places of a standard layout; otherwise
 * they are drawn only if they are named. Errors: those of `planPicture`
 */
function drawnPart(
  ecg: StoredEcg,
  options: PictureOptions,
): { numbers: number[]; timeless: string[]; layout: Layout; window: { from: number; to: number } } {
  const { numbers, timeless } = drawnChannels(ecg, options.channels);
  const channels = numbers.map((number) => ecg.channels[number] as StoredChannel);
  const leads = channels.map(onPaper);
  const window = windowOf(channels, options);
  const layout = options.layout ?? (options.channels ? 'stacked' : usualLayout(leads, window, options.speed));
  const hasOthers = options.channels !== undefined || layout !== 'stacked';
  return { numbers: numbers.filter((_, i) => hasOthers || !leads[i]?.isCalculated), timeless, layout, window };
}

/** Errors: `sampling-rate-unknown`. */
function onPaper(channel: StoredChannel): PaperChannel {
  const { name, lead, samplingRate, unit, calibrated } = channel;
  if (samplingRate === null) {
    throw new Problem(
      'sampling-rate-unknown',
      `Channel "${name}" has no sampling rate, so it cannot be drawn. Set samplingRate with PATCH.`,
    );
  }
  return { name, lead, samplingRate, unit, calibrated, ...(isCalculated(channel) && { isCalculated: true }) };
}

/** The part of the recording to be drawn. Errors: `window-outside`, `answer-too-large`. */
function windowOf(stored: readonly StoredChannel[], options: PictureOptions): { from: number; to: number } {
  const { from, speed } = options;
  assertInside(stored, options);
  const end = durationOf(stored);
  // A recording without samples has a sheet without traces.
  const to = end > from ? Math.min(options.to ?? from + USUAL_SECONDS, end) : from + 1;
  const longest = (MAX_LINES * LINE_WIDTH) / speed;
  if (to - from > longest) {
    throw new Problem(
      'answer-too-large',
      `A sheet may show at most ${longest} s at ${speed} mm/s. Narrow it with from and to, or use a lower speed.`,
    );
  }
  return { from, to };
}

const countOf = (stored: readonly StoredChannel[], window: TimeWindow): number =>
  stored.reduce((sum, channel) => {
    const { first, end } = sampleRange(channel, window);
    return sum + end - first;
  }, 0);

/** @param only the indices of the channels that are needed; null: all */
async function readChannels(
  { ecg, database, signal }: PictureSource,
  numbers: readonly number[],
  window: TimeWindow,
  only: ReadonlySet<number> | null,
): Promise<ChannelSamples[]> {
  const indices = [...numbers.keys()].filter((i) => only === null || only.has(i));
  const stored = indices.map((i) => ecg.channels[numbers[i] as number] as StoredChannel);
  if (countOf(stored, window) > MAX_PAPER_SAMPLES) {
    throw new Problem(
      'answer-too-large',
      `A page may show at most ${MAX_PAPER_SAMPLES} samples. Narrow it with from and to, or name fewer channels.`,
    );
  }
  const { from, to } = window;
  const spans = indices.map((i, at) =>
    spanOf(ecg, numbers[i] as number, sampleRange(stored[at] as StoredChannel, { from, to })),
  );
  const values = await physicalValues(ecg, spans, database, signal);
  const found = new Map(
    indices.map((i, at) => [i, { first: spans[at]?.first ?? 0, values: values[at] as Float64Array }]),
  );
  return numbers.map((_, i) => found.get(i) ?? NOTHING);
}

/** A copy of the samples of a page. */
function partOf({ first, values }: ChannelSamples, channel: StoredChannel, { from, to }: TimeWindow): ChannelSamples {
  const range = sampleRange(channel, { from, to });
  const begin = Math.max(range.first, first);
  return { first: begin, values: values.slice(begin - first, range.end - first) };
}

function extentOf({ values }: ChannelSamples): Extent | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}

function summaryExtent(channel: StoredChannel): Extent | null {
  const { minimum: low, maximum: high } = physicalSummary(channel, channel.summary);
  return low === null || high === null ? null : { low, high };
}

/** The marks in the window, of all channels or of those that are drawn; with those at the end if it ends there. */
async function marksOf(
  { ecg, database }: PictureSource,
  numbers: readonly number[],
  { from, to, end }: { from: number; to: number; end: number },
  areWanted: boolean,
): Promise<{ marks: PaperMark[]; isComplete: boolean }> {
  if (!areWanted) return { marks: [], isComplete: true };
  // Windows are half-open: the next greater number includes the marks at the end.
  const window = { from, to: to === end ? end * (1 + Number.EPSILON) : to };
  const items = await exportedAnnotations(database, ecg, window, false, MAX_MARKS + 1);
  const marks = items.slice(0, MAX_MARKS).flatMap((item) => {
    const channel = item.channel === null ? null : numbers.indexOf(item.channel);
    return channel === -1 ? [] : [{ ...item, channel }];
  });
  return { marks, isComplete: items.length <= MAX_MARKS };
}
