/** Lines and cells of a text table: quotes, delimiters, missing values and numbers. */

/** Lines that declare the delimiter, as spreadsheets write and read them. */
const DECLARED_DELIMITER = /^sep=([,;\t])$/i;
const MISSING: ReadonlySet<string> = new Set(['', '-', 'nan', 'na', 'n/a', 'null']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text of a line: UTF-8, or Latin-1 if it is not valid UTF-8. */
export function lineText(bytes: Buffer): string {
  try {
    return utf8.decode(bytes).replace(/\r$/, '');
  } catch {
    return bytes.toString('latin1').replace(/\r$/, '');
  }
}

/** The delimiter that a line such as `sep=;` declares; null for any other line. */
export const declaredDelimiter = (line: string): string | null => DECLARED_DELIMITER.exec(line.trim())?.[1] ?? null;

/** The delimiter of a line: a tab outside quotes, otherwise a semicolon, otherwise a comma. */
export function delimiterOf(line: string): string {
  const plain = line.replace(/"[^"]*"|'[^']*'/g, '');
  return ['\t', ';'].find((delimiter) => plain.includes(delimiter)) ?? ',';
}

/** The cells of a line, trimmed and without their quotes; null if a quote is not closed. */
export function splitLine(line: string, delimiter: string): string[] | null {
  const cells: string[] = [];
  const blanks = delimiter === '\t' ? ' ' : ' \t';
  let place = 0;
  for (;;) {
    while (place < line.length && blanks.includes(line[place] as string)) place++;
    const quote = line[place];
    let cell: string;
    if (quote === '"' || quote === "'") {
      const end = closingQuote(line, place, quote);
      if (end === -1) return null;
      cell = line.slice(place + 1, end).replaceAll(quote + quote, quote);
      place = end + 1;
      const rest = line.indexOf(delimiter, place);
      if (line.slice(place, rest === -1 ? undefined : rest).trim() !== '') return null;
      place = rest === -1 ? line.length : rest;
    } else {
      const end = line.indexOf(delimiter, place);
      cell = line.slice(place, end === -1 ? undefined : end);
      place = end === -1 ? line.length : end;
    }
    cells.push(cell.trim());
    if (place >= line.length) return cells;
    place++;
  }
}

/** A row without the comment in its last cell, where LabChart has those of its user: `0.1	1.2	#* tilt`. */
export const withoutComment = (row: string): string => row.replace(/[,;\t] *#.*$/, '');

function closingQuote(line: string, from: number, quote: string): number {
  let place = from + 1;
  for (;;) {
    const end = line.indexOf(quote, place);
    if (end === -1 || line[end + 1] !== quote) return end;
    place = end + 2;
  }
}

/** A text without the blanks and delimiters at its end. */
export function bareEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s,;]/.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** Whether a cell means that there is no value: empty, `-`, `NaN`, `NA` or `null`, in any case. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** Whether a cell is a number. The decimal sign may be a comma if the comma is not the delimiter. */
export const isNumber = (cell: string, delimiter: string): boolean =>
  NUMBER.test(cell) || (delimiter !== ',' && COMMA_NUMBER.test(cell));
