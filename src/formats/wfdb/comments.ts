/** Comments of headers: those of our own, and notes that must not be taken for one. */

/** Begins the comments of our own headers that say exactly what a baseline, a whole number, cannot. */
const ZERO_LEVEL = 'zero level of signal';
/** What ends a line, for some readers; other control characters but the tab become blanks, since some of them do so too. */
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;
const CONTROL = /[^\P{Cc}\t]+/gu;

export const zeroLevelComment = (signal: number, zeroLevel: number | string): string =>
  `${ZERO_LEVEL} ${signal}: ${zeroLevel}`;

/** What our own comment says of a signal; null if there is none. */
export function saidZeroLevel(comments: readonly string[], signal: number): number | null {
  const prefix = zeroLevelComment(signal, '');
  const said = comments.find((comment) => comment.startsWith(prefix));
  return said === undefined ? null : Number(said.slice(prefix.length));
}

/** Notes as comments, each of one line for any reader. One that reads like ours gets a backslash in front. */
export const commentsOf = (notes: string): string[] =>
  notes
    .split(LINE_END)
    .map((line) => line.replaceAll(CONTROL, ' ').replace(new RegExp(String.raw`^(?=\s*\\*${ZERO_LEVEL})`), '\\'));

/** The notes that are in comments: the others of our own stay out. */
export const notesOf = (comments: readonly string[]): string =>
  comments
    .filter((comment) => !comment.startsWith(ZERO_LEVEL))
    .map((comment) => comment.replace(new RegExp(String.raw`^\\(?=\s*\\*${ZERO_LEVEL})`), ''))
    .join('\n')
    .trim();
