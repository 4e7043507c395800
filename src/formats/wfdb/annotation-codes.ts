/** Annotation codes of MIT-format annotation files and their mnemonics (ecgcodes.h of the WFDB library; annot(5)). */
export const MNEMONICS: Readonly<Record<number, string>> = {
  1: 'N',
  2: 'L',
  3: 'R',
  4: 'a',
  5: 'V',
  6: 'F',
  7: 'J',
  8: 'A',
  9: 'S',
  10: 'E',
  11: 'j',
  12: '/',
  13: 'Q',
  14: '~',
  16: '|',
  18: 's',
  19: 'T',
  20: '*',
  21: 'D',
  22: '"',
  23: '=',
  24: 'p',
  25: 'B',
  26: '^',
  27: 't',
  28: '+',
  29: 'u',
  30: '?',
  31: '!',
  32: '[',
  33: ']',
  34: 'e',
  35: 'n',
  36: '@',
  37: 'x',
  38: 'f',
  39: '(',
  40: ')',
  41: 'r',
};

/** No annotation: it separates others. wfdb-python writes one after the time resolution. */
export const NOT_QRS = 0;
/** A remark, whose content is its text. */
export const NOTE = 22;

/** Codes that modify the annotation before them, or the time of the next one. */
export const SKIP = 59;
export const NUM = 60;
export const SUB = 61;
export const CHN = 62;
export const AUX = 63;

const CODES: ReadonlyMap<string, number> = new Map(
  Object.entries(MNEMONICS).map(([code, mnemonic]) => [mnemonic, Number(code)]),
);

/** The code of a mnemonic; null if MIT files have none for it. */
export const codeOf = (mnemonic: string): number | null => CODES.get(mnemonic) ?? null;
