/** Finding without case and accents: the words that are stored and the patterns that look for them. */

/** Letters that Unicode takes for letters of their own, as people type them who lack them. */
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

/** A text as it is compared and ordered: no case, no accents, words of letters and digits with one space between them. `São-Tomé ` → `sao tome`, `Łódź` → `lodz`. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(NOT_PLAIN, (letter) => PLAIN[letter] as string)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The words of some texts: no case, no accents, only letters and digits; each once. `José da-Silva` → `jose`, `da`, `silva`. */
export function searchWords(...texts: string[]): string[] {
  const words = texts.flatMap((text) => folded(text).split(' '));
  return [...new Set(words.filter((word) => word !== ''))];
}

/** One anchored pattern a word of the query; all of them must be found. Words hold letters and digits only, so nothing needs escaping. */
export const wordPrefixes = (query: string): RegExp[] => searchWords(query).map((word) => new RegExp(`^${word}`));
