/**
 * Writes a recording as tables of physical values: time in the first column, one column per lead, one file per sampling
 * rate.
 */
import { markerOf, type Samples } from '../../signal/samples.ts';
import { claimableUnit } from '../../signal/units.ts';
import type { ReadFrames } from '../common/frames.ts';
import { decimalText, MAX_SAMPLE } from '../common/numbers.ts';
import { textBytes } from '../common/text-bytes.ts';
import type { EncodedFile, Encoder, WritableChannel } from '../types.ts';
import { FormatError } from '../types.ts';
import { isMissing, isNumber } from './cells.ts';

/** Cells converted to text before other work of the event loop can run. */
const CELLS = 16_384;

interface Column extends WritableChannel {
  /** Channel number in the recording. */
  number: number;
}

/**
 * A missing sample is an empty cell. The last sample of a channel is `NaN` if it is missing, since empty cells down to
 * the end mean that the channel is shorter. Without a sampling rate, the first column counts the samples. Dates,
 * annotations and personal data are left out.
 */
export const encodeCsv: Encoder = (recording, read) => {
  if (recording.channels.every((channel) => channel.samples === 0))
    throw new FormatError(
      'csv',
      'content',
      null,
      'There is no sample to write: choose another window or other channels.',
    );
  for (const { name, gain, zeroLevel, lowest, highest } of recording.channels) {
    if ([lowest, highest].some((value) => Math.abs(((value ?? zeroLevel) - zeroLevel) / gain) > MAX_SAMPLE))
      throw new FormatError(
        'csv',
        'content',
        null,
        `The physical values of ${JSON.stringify(name)} exceed ${MAX_SAMPLE}.`,
      );
  }
  const groups = new Map<number | null, Column[]>();
  for (const [number, channel] of recording.channels.entries()) {
    if (channel.samples === 0) continue;
    const group = groups.get(channel.samplingRate) ?? [];
    groups.set(channel.samplingRate, [...group, { ...channel, number }]);
  }
  return Array.from(groups, ([rate, columns]): EncodedFile => ({
    name:
      groups.size === 1
        ? `${recording.id}.csv`
        : `${recording.id}-${rate === null ? 'unknown-rate' : `${decimalText(rate)}Hz`}.csv`,
    bytes: textBytes(lines(rate, columns, read)),
  }));
};

async function* lines(
  rate: number | null,
  columns: readonly Column[],
  read: ReadFrames,
): AsyncGenerator<string, void, void> {
  yield `${[rate === null ? 'sample' : 'time', ...columns.map(({ name }) => cell(name))].join(',')}\n`;
  if (rate !== null || columns.some((column) => unitCell(column) !== ''))
    yield `${[rate === null ? '' : 'seconds', ...columns.map(unitCell)].join(',')}\n`;
  const lanes = columns.map(({ number }) => ({ channel: number, perFrame: 1 }));
  let row = 0;
  for await (const { count, runs } of read(lanes, Math.max(1, Math.floor(CELLS / columns.length)))) {
    const cells = columns.map((column, i) => cellsOf(column, row, runs[i] ?? []));
    let text = '';
    for (let i = 0; i < count; i++, row++) {
      text += rate === null ? String(row) : decimalText(row / rate);
      for (const column of cells) text += `,${column[i] ?? ''}`;
      text += '\n';
    }
    yield text;
  }
}

/** Texts of the next samples of a channel; the first of them is in row `first`. */
function cellsOf({ gain, zeroLevel, samples }: Column, first: number, runs: readonly Samples[]): string[] {
  const cells: string[] = [];
  for (const run of runs) {
    const missing = markerOf(run);
    for (const value of run) {
      if (value !== value || value === missing) cells.push(first + cells.length === samples - 1 ? 'NaN' : '');
      else cells.push(decimalText((value - zeroLevel) / gain + 0));
    }
  }
  return cells;
}

/** A name or unit as a cell on one line, quoted if necessary. */
function cell(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  const line = text.replaceAll(/[\u0000-\u001f]/g, ' ');
  return /[",;']|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/** A unit such as `1` or `-` would be read as a value, and the unit of an uncalibrated channel would claim a scale. */
function unitCell(channel: WritableChannel): string {
  const unit = claimableUnit(channel);
  return unit === null || isMissing(unit.trim()) || isNumber(unit.trim(), ';') ? '' : cell(unit);
}
