/** The insights of successive windows of a recording, for plots of trends. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connection, mongo } from 'mongoose';
import { Problem } from '../../errors.ts';
import { EMPTY, merge, type SignalSummary } from '../../signal/summary.ts';
import { WindowGrid, windowsIn } from '../../signal/window-grid.ts';
import { rowsInTable, tableRow } from '../store/block-table.ts';
import { MINUTE, storedMinutes } from '../store/minutes.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { physicalValues } from './insights.ts';
import { RecordingReader } from './recording-reader.ts';
import { wholeSpan } from './span-cursor.ts';

/** Most windows of one channel that are counted from its samples, if they are not whole minutes. */
const MAX_COUNTED_WINDOWS = 2_000;
/** Minutes merged in one turn of the event loop: a few milliseconds. */
const MINUTES_A_TURN = 4_096;

/** What is answered of each window; the values are physical, and NaN if no sample is present. */
export const SERIES = ['samples', 'missing', 'zeroCrossings', 'minimum', 'maximum', 'mean'] as const;

export interface ChannelSeries extends Record<(typeof SERIES)[number], Float64Array> {
  channel: StoredChannel;
}

/**
 * The insights of all windows of these channels, in their order. Whole minutes are merged from the stored minutes of a
 * channel, other windows are counted from its samples, and so are the windows of a channel without valid minutes.
 * @param seconds of a window; @param mostValues of the answer; @param signal aborts the reading with its reason
 * Errors: `sampling-rate-unknown`, `answer-too-large`, `MissingBlock`, `DamagedBlock`
 */
export async function insightSeries(
  ecg: StoredEcg,
  numbers: readonly number[],
  seconds: number,
  mostValues: number,
  database: Connection,
  signal?: AbortSignal,
): Promise<ChannelSeries[]> {
  const isWholeMinutes = seconds % MINUTE === 0;
  const windows = numbers.map((number) => windowsOf(ecg.channels[number] as StoredChannel, seconds));
  if (!isWholeMinutes) assertCountable(ecg, numbers, windows, seconds);
  assertAnswerable(windows, mostValues);
  const tables = isWholeMinutes ? await storedMinutes(database, ecg, numbers) : new Map<number, mongo.Binary>();
  const counted = await fromBlocks(
    ecg,
    numbers.filter((number) => !tables.has(number)),
    seconds,
    database,
    signal,
  );
  const series: ChannelSeries[] = [];
  for (const number of numbers) {
    signal?.throwIfAborted();
    const table = tables.get(number);
    const rows = table ? await merged(table, seconds / MINUTE) : (counted.get(number) as SignalSummary[]);
    series.push(columnsOf(ecg.channels[number] as StoredChannel, rows));
  }
  return series;
}

function windowsOf({ name, samplingRate, summary }: StoredChannel, seconds: number): number {
  if (samplingRate !== null) return windowsIn(summary.samples, samplingRate, seconds);
  throw new Problem(
    'sampling-rate-unknown',
    `Channel "${name}" has no sampling rate, so it has no times. Set samplingRate with PATCH, or name other channels.`,
  );
}

function assertCountable(
  ecg: StoredEcg,
  numbers: readonly number[],
  windows: readonly number[],
  seconds: number,
): void {
  const most = Math.max(...windows);
  if (most <= MAX_COUNTED_WINDOWS) return;
  const { name } = ecg.channels[numbers[windows.indexOf(most)] as number] as StoredChannel;
  const shortest = Math.ceil((most * seconds) / MAX_COUNTED_WINDOWS);
  throw new Problem(
    'answer-too-large',
    `Channel "${name}" has ${most} windows of ${seconds} s. At most ${MAX_COUNTED_WINDOWS} are counted from the ` +
      `samples: choose whole minutes, which are stored, or at least ${shortest} s.`,
  );
}

function assertAnswerable(windows: readonly number[], mostValues: number): void {
  const values = SERIES.length * windows.reduce((sum, count) => sum + count, 0);
  if (values > mostValues)
    throw new Problem(
      'answer-too-large',
      `The series have ${values} values, but one answer may have at most ${mostValues} (setting ` +
        'MAX_SAMPLES_PER_ANSWER). Choose a longer window, or name fewer channels.',
    );
}

async function fromBlocks(
  ecg: StoredEcg,
  numbers: readonly number[],
  seconds: number,
  database: Connection,
  signal?: AbortSignal,
): Promise<Map<number, SignalSummary[]>> {
  const grids = numbers.map((number) => {
    const { samplingRate, zeroLevel } = ecg.channels[number] as StoredChannel;
    return new WindowGrid(samplingRate as number, seconds, zeroLevel);
  });
  const spans = numbers.map((number) => wholeSpan(ecg, number));
  for await (const { span, samples } of new RecordingReader(database, ecg._id, spans, signal).inTurn())
    grids[span]?.push(samples);
  return new Map(numbers.map((number, i) => [number, (grids[i] as WindowGrid).rows]));
}

/** Windows of some minutes each. */
async function merged(table: mongo.Binary, minutes: number): Promise<SignalSummary[]> {
  const rows: SignalSummary[] = [];
  for (let minute = 0; minute < rowsInTable(table); minute++) {
    if (minute % minutes === 0) rows.push(EMPTY);
    const last = rows.length - 1;
    rows[last] = merge(rows[last] as SignalSummary, tableRow(table, minute));
    if (minute % MINUTES_A_TURN === 0) await nextTurn();
  }
  return rows;
}

function columnsOf(channel: StoredChannel, rows: readonly SignalSummary[]): ChannelSeries {
  const column = (): Float64Array => new Float64Array(rows.length);
  const [samples, missing, zeroCrossings] = [column(), column(), column()];
  const [minimum, maximum, mean] = [column(), column(), column()];
  for (const [i, row] of rows.entries()) {
    const values = physicalValues(channel, row);
    samples[i] = row.samples;
    missing[i] = row.missing;
    zeroCrossings[i] = row.zeroCrossings;
    minimum[i] = values.minimum ?? NaN;
    maximum[i] = values.maximum ?? NaN;
    mean[i] = values.mean ?? NaN;
  }
  return { channel, samples, missing, zeroCrossings, minimum, maximum, mean };
}
