/** Text of header fields: ASCII by the specification, UTF-8 or Latin-1 in what recorders write; and the other way round. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

/** A field without its padding (blanks, or zeros from careless writers), control characters as blanks. */
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

/** What letters that ASCII lacks become; marks are taken off the others. */
const PLAIN: Record<string, string> = {
  µ: 'u',
  μ: 'u',
  Ω: 'Ohm',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  þ: 'th',
  '°': 'deg',
};

/** Text as the header's ASCII, of at most `longest` characters; what has no counterpart becomes `?`. */
export function asciiText(text: string, longest: number): string {
  const plain = text.replace(/[^\x20-\x7e]/g, (letter) => PLAIN[letter] ?? letter);
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(UNPRINTABLE, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .slice(0, longest)
    .trim();
}
