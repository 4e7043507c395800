/** Converts text to ASCII, for headers that allow nothing else. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}]+/gu;

/** Replacements for letters that ASCII lacks; other letters only lose their diacritics. */
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

/** The text in ASCII, at most `longest` characters; characters without a counterpart become `?`. */
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
