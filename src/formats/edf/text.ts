/** Decodes header fields: ASCII by the specification, UTF-8 or Latin-1 in practice. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

/** A field without its padding (blanks, or zeros from careless writers); control characters become blanks. */
export function fieldText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return decoded(bytes.subarray(0, end), end === bytes.length)
    .replace(UNPRINTABLE, ' ')
    .trim();
}

/** @param cut whether the last character may have been cut at the end of its field */
function decoded(bytes: Uint8Array, cut: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
