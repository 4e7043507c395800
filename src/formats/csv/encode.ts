/**
 * Writes a recording as tables of physical values: time in the first column, one column per lead, one file per sampling
 * rate.
 */
import { joinedRuns, markerOf, type Samples } from '../../signal/samples.ts';
import { claimableUnit } from '../../signal/units.ts';
import { baseName } from '../common/file-names.ts';
import type { ReadFrames } from '../common/frames.ts';
import { decimalText, MAX_SAMPLE } from '../common/numbers.ts';
import type { EncodedFile, Encoder, WritableChannel } from '../types.ts';
import { CellTexts, LONGEST_TEXT, RowTexts, writeText } from './cell-texts.ts';
import { isMissing, isNumber } from './cells.ts';
import { contentError } from './failure.ts';

/** Cells converted to text before other work of the event loop can run. */
const CELLS = 16_384;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

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
    throw contentError(null, 'There is no sample to write: choose another window or other channels.');
  for (const { name, gain, zeroLevel, lowest, highest } of recording.channels) {
    if ([lowest, highest].some((value) => Math.abs(((value ?? zeroLevel) - zeroLevel) / gain) > MAX_SAMPLE))
      throw contentError(null, `The physical values of ${JSON.stringify(name)} exceed ${MAX_SAMPLE}.`);
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
        ? `${baseName(recording)}.csv`
        : `${baseName(recording)}-${rate === null ? 'unknown-rate' : `${decimalText(rate)}Hz`}.csv`,
    bytes: tableBytes(rate, columns, read),
  }));
};

async function* tableBytes(
  rate: number | null,
  columns: readonly Column[],
  read: ReadFrames,
): AsyncGenerator<Uint8Array, void, void> {
  const rows = Math.max(1, Math.floor(CELLS / columns.length));
  const texts = columns.map(({ gain, zeroLevel }) => new CellTexts((value) => physicalText(value, gain, zeroLevel)));
  const rowTexts = new RowTexts(rate);
  const bytes = new Uint8Array((rows + 1) * (columns.length + 1) * (LONGEST_TEXT + 1));
  const view = new DataView(bytes.buffer);
  // It is sent with the first rows: until then, a failure can still be reported.
  let head: Uint8Array | null = Buffer.from(headLines(rate, columns));
  const lanes = columns.map(({ number }) => ({ channel: number, perFrame: 1 }));
  let row = 0;
  for await (const { count, runs } of read(lanes, rows)) {
    const samples = runs.map((some) => (some.length === 1 ? (some[0] as Samples) : joinedRuns(some)));
    const markers = samples.map(markerOf);
    let at = 0;
    for (let i = 0; i < count; i++, row++) {
      at = rowTexts.write(row, bytes, at);
      for (let column = 0; column < samples.length; column++) {
        // Undefined after the end of a shorter channel.
        const value = (samples[column] as Samples)[i] ?? NaN;
        if (value === value && value !== markers[column]) at = (texts[column] as CellTexts).write(value, view, at);
        else {
          bytes[at++] = COMMA;
          if (row === (columns[column] as Column).samples - 1) at = writeText('NaN', bytes, at);
        }
      }
      bytes[at++] = NEWLINE;
    }
    if (head) yield head;
    head = null;
    yield bytes.slice(0, at);
  }
  if (head) yield head;
}

const physicalText = (value: number, gain: number, zeroLevel: number): string =>
  decimalText((value - zeroLevel) / gain + 0);

/** The names of the columns and, if there are any, their units. */
function headLines(rate: number | null, columns: readonly Column[]): string {
  const names = [rate === null ? 'sample' : 'time', ...columns.map(({ name }) => cell(name))];
  const units = [rate === null ? '' : 'seconds', ...columns.map(unitCell)];
  return [names, units]
    .filter((cells) => cells.some((text) => text !== ''))
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
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
