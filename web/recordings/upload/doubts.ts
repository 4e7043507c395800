/**
 * What the service says of a file, in the words of the page, where it names a parameter that this page or that of the
 * recording offers as a field. Pure.
 */
import type { ReadingTexts } from '../../text/reading.ts';

type DoubtKey = keyof ReadingTexts['doubts'];
/** The field that settles a doubt. */
export type Settling = 'decimal' | 'columns' | 'samplingRate' | 'unit';
/** Those without which the values themselves may be wrong. */
const GRAVE: ReadonlySet<Settling | null> = new Set(['decimal', 'columns']);

/** What each doubt looks like. What the parentheses find goes into its text; `column` is the one that it is about. */
const DOUBTS: readonly (readonly [key: DoubtKey, settling: Settling, form: RegExp])[] = [
  ['commasAsDecimals', 'decimal', /The commas were read as decimal signs of one column, .+ decimal=point\./],
  ['commasAsCells', 'decimal', /The commas were read as separating two columns, .+ decimal=comma\./],
  ['commasAsBoth', 'decimal', /Every second column looks like decimals: .+ decimal=point confirms that they are not\./],
  ['mixedSigns', 'decimal', /Line (\S+), column (\d+)(?: \(.+\))? has a different decimal separator than .+: (".*")\./],
  ['evenColumn', 'columns', /Column (?<column>\d+) \((".*")\) rises by equal steps, .+ columns=\S+ confirms it\./],
  ['timeWithoutUnit', 'columns', /The time column has no unit, .+ columns=ms\./],
  ['unevenTimes', 'columns', /The times are not evenly spaced: the step to line (\S+) is (\S+), the mean (\S+?)\. .+/],
  ['standingTimes', 'columns', /The times do not increase from line (\S+) to line (\S+?)\./],
  ['noTime', 'columns', /Line (\S+), column (?<column>\d+): (".*") is not a time\./],
  ['noNumber', 'columns', /Line (\S+), column (?<column>\d+)(?: \(.+\))?: (".*") is not a number\./],
  ['onlyTimes', 'columns', /There is no column other than the times\./],
  ['tooManySaid', 'columns', /The table has (\S+) columns; columns describes more\./],
  [
    'packetTimes',
    'samplingRate',
    /Several rows have the same time \(lines (\S+) and (\S+)\), .+ about (\S+) Hz\. .+samplingRate\./,
  ],
  [
    'intervals',
    'samplingRate',
    /(?:A|The) column (?:(".*") )?may hold the intervals between beats .+ samplingRate and unit\./,
  ],
  ['noRate', 'samplingRate', /No sampling rate is known for (.+): windows, .+ with PATCH\./],
  ['noUnit', 'unit', /No unit of a physical quantity is known for (.+): the values .+ with PATCH\./],
  ['noGain', 'unit', /No gain is known for (.+): the default .+ with PATCH\./],
];

export interface Doubt {
  /** Null if its text is in the words of the service, which are English. */
  key: DoubtKey | null;
  text: string;
  settling: Settling | null;
  /** Whether the values may be wrong until it is settled. */
  isGrave: boolean;
  /** Number of the column that it is about; null if it names none. */
  column: number | null;
}

/** @param message a warning or a refusal of the service */
export function doubtIn(message: string, doubts: ReadingTexts['doubts']): Doubt {
  for (const [key, settling, form] of DOUBTS) {
    const found = form.exec(message);
    if (!found) continue;
    const [whole, ...details] = found;
    const write: (...details: string[]) => string = doubts[key];
    // A group that found nothing is undefined.
    const own = write(...details.map((detail) => detail ?? ''));
    // Before it there may be the part of the recording.
    const text = message.slice(0, found.index) + own + message.slice(found.index + whole.length);
    const column = found.groups?.['column'];
    return { key, text, settling, isGrave: GRAVE.has(settling), column: column === undefined ? null : Number(column) };
  }
  return { key: null, text: message, settling: null, isGrave: false, column: null };
}
