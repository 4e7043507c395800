/** Splits records into cells with @fast-csv/parse, and decodes the bytes of a file. */
import { CsvParserStream, ParserOptions } from '@fast-csv/parse';
import type { Delimiter } from './records.ts';

/**
 * UTF-8 if the file starts with its byte order mark or is valid UTF-8 as a whole, else windows-1252: Latin-1 with the
 * typographic characters that Excel writes.
 */
export type Encoding = 'utf-8' | 'windows-1252';

/** The byte order mark in UTF-8. */
export const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Determines the encoding of a file from its pieces. */
export class EncodingCheck {
  #decoder: InstanceType<typeof TextDecoder> | null = new TextDecoder('utf-8', { fatal: true });
  #beginning: readonly number[] = [];

  push(piece: Uint8Array): void {
    if (this.#beginning.length < UTF8_BOM.length)
      this.#beginning = [...this.#beginning, ...piece.subarray(0, UTF8_BOM.length - this.#beginning.length)];
    try {
      this.#decoder?.decode(piece, { stream: true });
    } catch {
      this.#decoder = null;
    }
  }

  end(): Encoding {
    try {
      this.#decoder?.decode();
    } catch {
      this.#decoder = null;
    }
    return this.#decoder || UTF8_BOM.equals(Uint8Array.from(this.#beginning)) ? 'utf-8' : 'windows-1252';
  }
}

/**
 * What windows-1252 has at 0x80 to 0x9f, where Latin-1 has control characters. Node 20's decoder of that name reads
 * Latin-1.
 */
const WINDOWS_80_9F = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Decodes bytes. */
export function textDecoder(encoding: Encoding): (bytes: Buffer) => string {
  if (encoding === 'utf-8') return (bytes) => bytes.toString('utf8');
  return (bytes) =>
    bytes
      .toString('latin1')
      .replaceAll(/[\u0080-\u009f]/g, (character) => WINDOWS_80_9F.charAt(character.charCodeAt(0) - 0x80));
}

/** Parses well-formed records; white space around cells is removed. One parser serves one file, one call at a time. */
export class CellParser {
  readonly #stream: CsvParserStream<string[], string[]>;
  #rows: string[][] = [];
  #failure: Error | null = null;
  #onEvent: () => void = () => undefined;

  constructor(delimiter: Delimiter) {
    this.#stream = new CsvParserStream(new ParserOptions({ delimiter, headers: false, trim: true }));
    this.#stream.on('data', (row: string[]) => {
      this.#rows.push(row);
      this.#onEvent();
    });
    this.#stream.on('error', (error: Error) => {
      this.#failure = error;
      this.#onEvent();
    });
  }

  /** @param records records that the scanner found well-formed. Returns the cells of each */
  async parse(records: readonly string[]): Promise<string[][]> {
    if (records.length === 0) return [];
    this.#stream.write(`${records.join('\n')}\n`);
    while (this.#rows.length < records.length && !this.#failure)
      await new Promise<void>((resolve) => (this.#onEvent = resolve));
    if (this.#failure) throw this.#failure;
    if (this.#rows.length > records.length) throw new Error('the CSV parser sees other records than the scanner');
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}
