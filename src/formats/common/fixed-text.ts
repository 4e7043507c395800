/** Text in fields of a fixed length, as writers in C leave it: it ends at the first zero byte. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

/**
 * The text of a field: UTF-8, also if its last character is cut, otherwise Windows-1252. Control characters become
 * blanks.
 */
export const fixedText = (field: Uint8Array): string => decoded(field).replace(UNPRINTABLE, ' ').trim();

/** The same for longer texts: lines are kept. */
export const fixedLines = (field: Uint8Array): string =>
  decoded(field)
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(UNPRINTABLE, ' ').trim())
    .join('\n')
    .trim();

function decoded(field: Uint8Array): string {
  const end = field.indexOf(0);
  const bytes = end === -1 ? field : field.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: end === -1 });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
