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

/** What each doubt looks like. What the parentheses find goes into its text. */
const DOUBTS: readonly (readonly [key: DoubtKey, settling: Settling, form: RegExp])[] = [
  ['commasAsDecimals', 'decimal', /The commas were read as decimal signs of one column, .+ decimal=point\./],
  ['commasAsCells', 'decimal', /The commas were read as separating two columns, .+ decimal=comma\./],
  ['commasAsBoth', 'decimal', /Every second column looks like decimals: .+ decimal=point confirms that they are not\./],
  ['mixedSigns', 'decimal', /Line (\S+), column (\S+) has a different decimal separator than .+: (".*")\./],
  ['evenColumn', 'columns', /Column (\d+) \((".*")\) rises by equal steps, .+ columns=\S+ confirms it\./],
  ['timeWithoutUnit', 'columns', /The time column has no unit, .+ columns=ms\./],
  ['unevenTimes', 'columns', /The times are not evenly spaced: the step to line (\S+) is (\S+), the mean (\S+?)\. .+/],
  ['standingTimes', 'columns', /The times do not increase from line (\S+) to line (\S+?)\./],
  ['noTime', 'columns', /Line (\S+), column (\S+): (".*") is not a time\./],
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
  text: string;
  /** Whether it is in the words of the service, which are English. */
  isForeign: boolean;
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
    // Before it there may be the part of the recording.
    const write: (...found: string[]) => string = doubts[key];
    const text = write(...details.map((detail) => detail ?? ''));
    const behind = message.slice(found.index + whole.length);
    const column = key === 'evenColumn' ? Number(details[0]) : null;
    return {
      text: message.slice(0, found.index) + text + behind,
      isForeign: false,
      settling,
      isGrave: GRAVE.has(settling),
      column,
    };
  }
  return { text: message, isForeign: true, settling: null, isGrave: false, column: null };
}
