/** Lines of text on a sheet: their sizes, widths, and how they are wrapped. */

/** A line of text above the rows. */
export interface TextLine {
  text: string;
  isStrong?: boolean;
}

/** Heights of letters and of lines, in mm. */
export const TEXT_SIZE = 3;
export const STRONG_SIZE = 4;
export const LINE_HEIGHT = 4.5;
/** From the edge of the sheet to the base of the first line, and below the last. */
export const TEXT_TOP = 7.5;
const TEXT_END = 3;
/** For the page number and the check bar. */
export const BOTTOM_LINE = 8;

/** Widths of letters of DejaVu Sans, as parts of their size. */
const NARROW = /[iljI.,:;!'|()[\]{} ]/;
const WIDE = /[mwMWGOQ%@\u1100-\uFFFF]/;

/** About as wide as the text is, and rather too much than too little; in mm. */
export function textWidth(text: string, size: number, isBold = false): number {
  let width = 0;
  for (const letter of text) width += NARROW.test(letter) ? 0.4 : WIDE.test(letter) ? 1 : 0.66;
  return width * size * (isBold ? 1.1 : 1);
}

/** Breaks a text into lines of at most this width, between words. A word that is too long is broken too. */
export function wrapped(text: string, width: number, size = TEXT_SIZE): string[] {
  const lines: string[] = [];
  let line = '';
  const fits = (longer: string): boolean => textWidth(longer, size) <= width;
  for (let word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && fits(`${line} ${word}`)) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (!fits(word)) {
      const letters = Array.from(word);
      let count = letters.length - 1;
      while (count > 1 && !fits(letters.slice(0, count).join(''))) count--;
      lines.push(letters.slice(0, count).join(''));
      word = letters.slice(count).join('');
      if (word === '') break;
    }
    line = word;
  }
  return line === '' ? lines : [...lines, line];
}

/** Space for this number of lines above the rows, in mm. */
export const headHeight = (lines: number): number =>
  lines === 0 ? 0 : TEXT_TOP + (lines - 1) * LINE_HEIGHT + TEXT_END;
/** Space for this number of lines below the rows, with the page number and the check bar. */
export const footHeight = (lines: number): number => 2 + lines * LINE_HEIGHT + BOTTOM_LINE;
