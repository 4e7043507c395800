/** Identifiers and codes that a spreadsheet has turned into numbers, and whose last digits are lost. Pure. */

/** Whether a text is a number in the form in which spreadsheets show long ones: `1.24E+14`. */
export const isInExponentForm = (text: string): boolean => /^-?\d(?:[.,]\d+)?E\+\d{2,3}$/i.test(text);

/** The end of a sentence that begins with the name of the column. */
export const EXPONENT_FORM = 'is a long number in exponent form, so digits are lost: take it from the original file';
