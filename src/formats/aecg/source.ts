/** The bytes of an XML document as UTF-8, whatever they are written in. */
import { syntaxError } from './failure.ts';

/** Bytes within which the declaration ends. */
const DECLARATION = 256;

export type TextReader = InstanceType<typeof TextDecoder>;
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** Names of encodings as declarations write them. */
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

  /** Offset into the file of what is given next; null where its bytes are not those of the file. */
  get offset(): number | null {
    return this.#decoder === null ? this.#given : null;
  }

  /** UTF-8 of the next chunk. @throws FormatError */
  add(chunk: Uint8Array): Buffer {
    if (this.#head === null) return this.#transcoded(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    return this.#head.length < DECLARATION ? Buffer.alloc(0) : this.#begin();
  }

  /** What is left when no chunk follows. */
  finish(): Buffer {
    const rest = this.#head === null ? Buffer.alloc(0) : this.#begin();
    if (this.#decoder !== null) decoded(this.#decoder, new Uint8Array(0), false);
    return rest;
  }

  /** How many of the bytes that `add` gave have been used. */
  use(bytes: number): void {
    this.#given += bytes;
  }

  #begin(): Buffer {
    const head = this.#head as Buffer;
    this.#head = null;
    const encoding = encodingOf(head);
    if (encoding !== 'utf-8') this.#decoder = new TextDecoder(encoding, { fatal: true });
    return this.#transcoded(head);
  }

  #transcoded(chunk: Uint8Array): Buffer {
    if (this.#decoder === null) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    return Buffer.from(decoded(this.#decoder, chunk, true));
  }
}

/** @throws FormatError for bytes that are not of the encoding */
export function decoded(decoder: TextReader, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw syntaxError(null, `The document is not valid ${decoder.encoding.toUpperCase()}.`);
  }
}

/** By the byte order mark or the first characters, otherwise by the declaration. */
export function encodingOf(head: Uint8Array): Encoding {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w-]{1,40})["']/.exec(
    Buffer.from(head.subarray(0, DECLARATION))
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, ''),
  )?.[1];
  if (declared === undefined) return 'utf-8';
  const encoding = Object.hasOwn(ENCODINGS, declared.toLowerCase())
    ? (ENCODINGS[declared.toLowerCase()] as Encoding)
    : null;
  // What could be read up to here has one byte a character.
  if (encoding === null || encoding.startsWith('utf-16'))
    throw syntaxError(0, `The encoding ${declared} is not supported; UTF-8, UTF-16 and ISO-8859-1 are.`);
  return encoding;
}
