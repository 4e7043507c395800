/**
 * Texts with words that are written from right to left, such as Hebrew and Arabic ones: a short form of the
 * bidirectional algorithm (UAX 9) for lines that begin on the left. Pure.
 */

const SCRIPTS = ['Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko'].map((script) => String.raw`\p{Script=${script}}`);
const LETTER = String.raw`(?!\p{N})[${SCRIPTS.join('')}]`;
const WORD = String.raw`${LETTER}(?:${LETTER}|\p{M})*`;
const NUMBER = String.raw`\p{N}+(?:[.,:/-]\p{N}+)*`;
/** From the first such word to the last, or to the last number behind it, with what is between them. */
const STRETCH = new RegExp(String.raw`(${WORD}(?:[^\p{L}\p{N}]*(?:${WORD}|${NUMBER}))*)`, 'u');
const PIECE = new RegExp(`${WORD}|${NUMBER}|.`, 'gsu');

/** Brackets look in the direction of the text. */
const MIRRORED: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '{': '}',
  '}': '{',
  '<': '>',
  '>': '<',
  '«': '»',
  '»': '«',
};

/**
 * The pieces of a line as they follow each other on the page from left to right. Each has one direction; the letters of
 * a word remain in the order in which they are read.
 */
export const leftToRight = (text: string): string[] =>
  text
    .split(STRETCH)
    .flatMap((part, i) => (i % 2 === 0 ? part : piecesOf(part)))
    .filter((piece) => piece !== '');

const piecesOf = (stretch: string): string[] =>
  (stretch.match(PIECE) ?? []).map((piece) => MIRRORED[piece] ?? piece).toReversed();
