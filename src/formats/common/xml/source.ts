/** Converts the bytes of an XML document to UTF-8, whatever their encoding. */
import { isAscii } from '../native.ts';
import type { Failures } from './failures.ts';

/** The XML declaration, with the white space before it, must end within this many bytes. */
const DECLARATION = 4096;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

export type TextReader = InstanceType<typeof TextDecoder>;
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** Encodings by the names used in XML declarations. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'utf-16': 'utf-16le',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'windows-1252': 'latin1',
};

export class Utf8Source {
  #head: Buffer | null = Buffer.alloc(0);
  #decoder: TextReader | null = null;
  #given = 0;
  /** Whether each byte is a character, and those of ASCII are the same in UTF-8. */
  #isExtendedAscii = false;
  /** Whether markup has begun. */
  #hasBegun = false;
  readonly #failures: Failures;

  constructor(failures: Failures) {
    this.#failures = failures;
  }

  /** File offset of the bytes returned next; null if they were converted from another encoding. */
  get offset(): number | null {
    return this.#decoder === null ? this.#given : null;
  }

  /** UTF-8 of the next chunk. @throws FormatError */
  add(chunk: Uint8Array): Buffer {
    if (this.#head === null) return this.#transcoded(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    return this.#head.length < DECLARATION ? Buffer.alloc(0) : this.#begin();
  }

  /** The rest, when no chunk follows. */
  finish(): Buffer {
    const rest = this.#head === null ? Buffer.alloc(0) : this.#begin();
    if (this.#decoder !== null) decoded(this.#decoder, new Uint8Array(0), false, this.#failures);
    return rest;
  }

  /** Reports how many of the bytes returned by `add` have been used. */
  use(bytes: number): void {
    this.#given += bytes;
  }

  #begin(): Buffer {
    const head = this.#head as Buffer;
    this.#head = null;
    const { encoding, declared } = encodingOf(head);
    if (encoding === null)
      throw this.#failures.syntaxError(
        0,
        `The encoding ${declared} is not supported; UTF-8, UTF-16 and ISO-8859-1 are.`,
      );
    this.#isExtendedAscii = encoding === 'latin1';
    if (encoding !== 'utf-8') this.#decoder = new TextDecoder(encoding, { fatal: true });
    return this.#transcoded(head);
  }

  #transcoded(chunk: Uint8Array): Buffer {
    const bytes =
      this.#decoder === null || (this.#isExtendedAscii && isAscii(chunk))
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.from(decoded(this.#decoder, chunk, true, this.#failures));
    return this.#hasBegun ? bytes : this.#withoutLeadingSpace(bytes);
  }

  /** XML allows no white space before the declaration, but files have it. */
  #withoutLeadingSpace(bytes: Buffer): Buffer {
    let at = this.#given === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    while (at < bytes.length && SPACE.has(bytes[at] as number)) at++;
    this.#hasBegun = at < bytes.length;
    this.#given += at;
    return bytes.subarray(at);
  }
}

/** @throws FormatError for bytes that are invalid in the encoding */
export function decoded(decoder: TextReader, bytes: Uint8Array, stream: boolean, failures: Failures): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw failures.syntaxError(null, `The document is not valid ${decoder.encoding.toUpperCase()}.`);
  }
}

/**
 * Detects the encoding by the byte order mark or the first characters, white space included, otherwise by the
 * declaration; null for one that is not supported.
 */
export function encodingOf(head: Uint8Array): { encoding: Encoding | null; declared?: string } {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le' };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be' };
  // A document begins with an ASCII character, whose other byte in UTF-16 is 0.
  if (first !== 0 && second === 0) return { encoding: 'utf-16le' };
  if (first === 0 && second !== 0) return { encoding: 'utf-16be' };
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w-]{1,40})["']/.exec(
    Buffer.from(head.subarray(0, DECLARATION))
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, ''),
  )?.[1];
  if (declared === undefined) return { encoding: 'utf-8' };
  const name = declared.toLowerCase();
  const encoding = Object.hasOwn(ENCODINGS, name) ? (ENCODINGS[name] as Encoding) : null;
  // The declaration could be read, so the encoding has one byte per ASCII character.
  return { encoding: encoding?.startsWith('utf-16') === true ? null : encoding, declared };
}
