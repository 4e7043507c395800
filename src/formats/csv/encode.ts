/** Writes a recording as tables of physical values: time in the first column, a column a lead, one file for each sampling rate. */
import type { Samples } from '../../signal/samples.ts';
import { claimableUnit } from '../../signal/units.ts';
import { decimalText, MAX_SAMPLE } from '../common/numbers.ts';
import { markerOf, textBytes } from '../common/text-bytes.ts';
import type { EncodedFile, Encoder, ReadChannel, WritableChannel } from '../types.ts';
import { FormatError } from '../types.ts';
import { isMissing, isNumber } from './cells.ts';

/** Rows that are made text of at once. */
const ROWS = 512;

interface Column extends WritableChannel {
  /** Number in the recording. */
  number: number;
}

/**
 * A missing sample is an empty cell, but where it is the last of its channel: there it is `NaN`, since empty cells down to the end mean that the
 * channel is shorter. Without a sampling rate the first column counts the samples. Dates, annotations and people are left out.
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
  read: ReadChannel,
): AsyncGenerator<string, void, void> {
  yield `${[rate === null ? 'sample' : 'time', ...columns.map(({ name }) => cell(name))].join(',')}\n`;
  if (rate !== null || columns.some((column) => unitCell(column) !== ''))
    yield `${[rate === null ? '' : 'seconds', ...columns.map(unitCell)].join(',')}\n`;
  const readers = columns.map((column) => new ColumnReader(column, read));
  const rows = Math.max(...columns.map(({ samples }) => samples));
  try {
    for (let from = 0; from < rows; from += ROWS) {
      const to = Math.min(rows, from + ROWS);
      const cells: string[][] = [];
      for (const reader of readers) cells.push(await reader.cells(from, to));
      let text = '';
      for (let row = from; row < to; row++) {
        text += rate === null ? String(row) : decimalText(row / rate);
        for (const column of cells) text += `,${column[row - from] ?? ''}`;
        text += '\n';
      }
      yield text;
    }
  } finally {
    for (const reader of readers) await reader.close();
  }
}

/** The cells of one channel, in order. */
class ColumnReader {
  readonly #column: Column;
  readonly #runs: AsyncIterator<Samples>;
  #run: Samples = new Int16Array(0);
  #used = 0;

  constructor(column: Column, read: ReadChannel) {
    this.#column = column;
    this.#runs = read(column.number, 0, column.samples)[Symbol.asyncIterator]();
  }

  /** Texts of the rows that this channel has between the two. */
  async cells(from: number, to: number): Promise<string[]> {
    const { gain, zeroLevel, samples } = this.#column;
    const cells: string[] = [];
    for (let row = from; row < Math.min(to, samples); row++) {
      while (this.#used === this.#run.length) {
        const next = await this.#runs.next();
        if (next.done === true) throw new Error(`The samples of channel ${this.#column.number} end too early.`);
        this.#run = next.value;
        this.#used = 0;
      }
      const value = this.#run[this.#used++] as number;
      if (value !== value || value === markerOf(this.#run)) cells.push(row === samples - 1 ? 'NaN' : '');
      else cells.push(decimalText((value - zeroLevel) / gain + 0));
    }
    return cells;
  }

  async close(): Promise<void> {
    await this.#runs.return?.();
  }
}

/** A name or unit as a cell: quoted where its text needs it, in one line. */
function cell(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  const line = text.replaceAll(/[\u0000-\u001f]/g, ' ');
  return /[",;']|^\s|\s$/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/** A unit such as `1` or `-` would be read as a value, and one of a channel that is not calibrated as its scale. */
function unitCell(channel: WritableChannel): string {
  const unit = claimableUnit(channel);
  return unit === null || isMissing(unit.trim()) || isNumber(unit.trim(), ';') ? '' : cell(unit);
}
