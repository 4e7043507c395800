/** Search without case and accents: the words that are stored and the patterns that match them. */

/** Letters without a Unicode decomposition, and what people type who do not have them on their keyboard. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ĸ: 'k',
  ə: 'a',
  ς: 'σ',
};
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/**
 * The form in which texts are compared and sorted: no case, no accents, words of letters and digits separated by one
 * space. `São-Tomé ` → `sao tome`, `Łódź` → `lodz`.
 */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(NOT_PLAIN, (letter) => PLAIN[letter] as string)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * The distinct words of some texts: no case, no accents, only letters and digits. `José da-Silva` → `jose`, `da`,
 * `silva`.
 */
export function searchWords(...texts: string[]): string[] {
  const words = texts.flatMap((text) => folded(text).split(' '));
  return [...new Set(words.filter((word) => word !== ''))];
}

/**
 * One anchored pattern per word of the query; all of them must match. Words contain only letters and digits, so nothing
 * needs escaping.
 */
export const wordPrefixes = (query: string): RegExp[] => searchWords(query).map((word) => new RegExp(`^${word}`));
