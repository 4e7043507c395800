/** Header comments: our own, and notes that must not be mistaken for them. */
import { asciiText } from '../common/ascii.ts';
import type { Subject } from '../types.ts';

/** Beginnings of comments in our own headers, which say exactly what a signal line cannot express. */
const ZERO_LEVEL = 'zero level of signal';
const NAME = 'name of signal';
const OWN = `(?:${ZERO_LEVEL}|${NAME})`;
/** The sex of the subject as we write it: the whole comment. */
const SEX = /^sex: (?:male|female)$/;
/**
 * Line ends of any reader. All other control characters except the tab become blanks, since some readers treat them as
 * line ends, too.
 */
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;
const CONTROL = /[^\P{Cc}\t]+/gu;

export const zeroLevelComment = (signal: number, zeroLevel: number | string): string =>
  `${ZERO_LEVEL} ${signal}: ${zeroLevel}`;

export const nameComment = (signal: number, name: string): string => `${NAME} ${signal}: ${name}`;

export const sexComment = (sex: NonNullable<Subject['sex']>): string => `sex: ${sex}`;

/** The zero level in our own comment on a signal; null if there is none. */
export function saidZeroLevel(comments: readonly string[], signal: number): number | null {
  const said = behind(comments, zeroLevelComment(signal, ''));
  return said === null ? null : Number(said);
}

/** A name in ASCII, since some readers drop all other bytes of a header. */
export const asciiName = (name: string): string => asciiText(name, Infinity);

/** The name of a signal: that in our own comment on it if the description is still the same name in ASCII. */
export function saidName(comments: readonly string[], signal: number, description: string): string {
  const said = behind(comments, nameComment(signal, ''));
  const given = description.trim();
  return said !== null && given.replace(/#\d+$/, '') === asciiName(said).replace(/#\d+$/, '') ? said.trim() : given;
}

function behind(comments: readonly string[], prefix: string): string | null {
  return comments.find((comment) => comment.startsWith(prefix))?.slice(prefix.length) ?? null;
}

/**
 * Notes as comments, each on one line for any reader. A note that looks like our own comment gets a backslash as
 * prefix.
 */
export const commentsOf = (notes: string): string[] =>
  notes
    .split(LINE_END)
    .map((line) => line.replaceAll(CONTROL, ' ').replace(new RegExp(String.raw`^(?=\s*\\*${OWN})`), '\\'));

/** The notes in comments, without our own comments and what they say of the subject. */
export const notesOf = (comments: readonly string[]): string =>
  comments
    .filter((comment) => !comment.startsWith(ZERO_LEVEL) && !comment.startsWith(NAME) && !SEX.test(comment))
    .map((comment) => comment.replace(new RegExp(String.raw`^\\(?=\s*\\*${OWN})`), ''))
    .join('\n')
    .trim();
