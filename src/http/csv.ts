/** Answers as CSV that are safe to open in a spreadsheet. */

/** A spreadsheet takes text that begins like this for a formula; behind an apostrophe it is text. */
const FORMULA = /^[\t\r\n ]*[=+\-@＝＋－＠]/u;

/** A cell that a spreadsheet shows as it is. Numbers are never text here, so that a negative one stays a number. */
export const defused = (cell: string | number | null): string | number => {
  if (cell === null) return '';
  return typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell;
};

/** Options of @fast-csv/format: lines end as RFC 4180 wants, and the names of the columns stand above them, also where nothing follows. */
export const csvOptions = (columns: readonly string[]) =>
  ({ headers: [...columns], alwaysWriteHeaders: true, rowDelimiter: '\r\n', includeEndRowDelimiter: true });
