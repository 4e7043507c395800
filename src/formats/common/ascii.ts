/** Text in ASCII, for headers that know no other letters. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

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

/** Text as ASCII, of at most `longest` characters; what has no counterpart becomes `?`. */
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
