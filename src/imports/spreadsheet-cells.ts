/** What spreadsheets make of cells when they write a file. Pure. */

/** A number as spreadsheets show long ones: `1.24E+14`, or `124E+12` with exponents of three digits. */
const EXPONENT_FORM = /^[+-]?\d{1,3}(?:[.,]\d+)?E\+\d{1,3}$/i;
/** `########` for a column that is too narrow, and the errors of formulas, in any language: `#REF!`, `#N/A`, `#NV`. */
const SHOWN_INSTEAD = /^#(?:#+|[\p{Lu}/\d]{2,12}[!?]|N\/?[A-Z])$/u;
/** A formula that keeps a text from becoming a number: `="00123"`. */
const AS_TEXT = /^="((?:[^"]|"")*)"$/;

/** Why a text is not what its cell contained, as the end of a sentence; null if it may be. */
export function lostInSpreadsheet(text: string): string | null {
  if (EXPONENT_FORM.test(text))
    return 'is a long number in exponent form, so digits are lost: take it from the original file';
  return SHOWN_INSTEAD.test(text)
    ? 'is what a spreadsheet shows instead of a value: take it from the original file'
    : null;
}

/** The text of a cell, which a formula may protect. */
export const cellText = (cell: string): string => AS_TEXT.exec(cell)?.[1]?.replaceAll('""', '"').trim() ?? cell;
