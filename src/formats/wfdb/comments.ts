/** Header comments: our own, and notes that must not be mistaken for them. */

/** Prefix of comments in our own headers that give the exact zero level, since a baseline is an integer. */
const ZERO_LEVEL = 'zero level of signal';
/**
 * Line ends of any reader. All other control characters except the tab become blanks, since some readers treat them as
 * line ends, too.
 */
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;
const CONTROL = /[^\P{Cc}\t]+/gu;

export const zeroLevelComment = (signal: number, zeroLevel: number | string): string =>
  `${ZERO_LEVEL} ${signal}: ${zeroLevel}`;

/** The zero level in our own comment on a signal; null if there is none. */
export function saidZeroLevel(comments: readonly string[], signal: number): number | null {
  const prefix = zeroLevelComment(signal, '');
  const said = comments.find((comment) => comment.startsWith(prefix));
  return said === undefined ? null : Number(said.slice(prefix.length));
}

/**
 * Notes as comments, each on one line for any reader. A note that looks like our own comment gets a backslash as
 * prefix.
 */
export const commentsOf = (notes: string): string[] =>
  notes
    .split(LINE_END)
    .map((line) => line.replaceAll(CONTROL, ' ').replace(new RegExp(String.raw`^(?=\s*\\*${ZERO_LEVEL})`), '\\'));

/** The notes in comments, without our own comments. */
export const notesOf = (comments: readonly string[]): string =>
  comments
    .filter((comment) => !comment.startsWith(ZERO_LEVEL))
    .map((comment) => comment.replace(new RegExp(String.raw`^\\(?=\s*\\*${ZERO_LEVEL})`), ''))
    .join('\n')
    .trim();
