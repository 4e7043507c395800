/**
 * The response header with what the files of an export do not reproduce exactly. Pure: the web application reads it.
 */

export const EXPORT_WARNINGS = 'Export-Warnings';

/** Characters of the header: proxies and clients refuse longer ones. */
export const MAX_WARNINGS_LENGTH = 3_000;
const MORE = 'There is more that is stored inexactly.';

/** Sentences as a JSON array in ASCII, as many as fit. */
export function warningsHeader(sentences: readonly string[]): string {
  for (let count = sentences.length; ; count--) {
    const said = count === sentences.length ? sentences : [...sentences.slice(0, count), MORE];
    const text = asciiJson(said);
    if (text.length <= MAX_WARNINGS_LENGTH || count === 0) return text;
  }
}

/** The sentences of an answer; none if it has no such header. */
export const warningsIn = (headers: Pick<Headers, 'get'>): string[] =>
  JSON.parse(headers.get(EXPORT_WARNINGS) ?? '[]') as string[];

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
