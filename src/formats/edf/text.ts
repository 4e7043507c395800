/** Decodes header fields: ASCII by the specification, UTF-8 or Latin-1 in practice. */

/** In UTF-8, the letters of Western languages beyond ASCII begin with a byte up to this one. */
const LAST_LATIN_LEAD = 0xc5;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

/** A field without its padding (blanks, or zeros from careless writers); control characters become blanks. */
export function fieldText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return decoded(bytes.subarray(0, end), end === bytes.length)
    .replace(UNPRINTABLE, ' ')
    .trim();
}

/**
 * A UTF-8 character may have been cut at the end of the field; but a single last byte of which no common letter of
 * UTF-8 begins (E4: `ä` in Latin-1) is a letter itself if all others are ASCII.
 * @param cut whether the text fills its field
 */
function decoded(bytes: Uint8Array, cut: boolean): string {
  const last = bytes.at(-1) ?? 0;
  const isLetter = last > LAST_LATIN_LEAD && bytes.subarray(0, -1).every((byte) => byte < 0x80);
  try {
    if (isLetter) return new TextDecoder('windows-1252').decode(bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
