/** Recognises text in UTF-16 and converts it to UTF-8. */

export type Utf16 = 'utf-16le' | 'utf-16be';

/**
 * The byte order of a text in UTF-16, by its byte order mark or, without one, by the zero bytes of its first
 * characters, which are ASCII; null for anything else.
 */
export function utf16Of(head: Uint8Array): Utf16 | null {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (head.length < 4) return null;
  if (first !== 0 && second === 0 && head[2] !== 0 && head[3] === 0) return 'utf-16le';
  return first === 0 && second !== 0 && head[2] === 0 && head[3] !== 0 ? 'utf-16be' : null;
}

/** Text of the beginning of a file in UTF-16, without a character that the beginning cuts. */
export const utf16Head = (head: Uint8Array, encoding: Utf16): string =>
  new TextDecoder(encoding).decode(head, { stream: true });

/** Passes UTF-8 on, and converts UTF-16. */
export class Utf8Text {
  #held: Buffer | null = Buffer.alloc(0);
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  readonly #invalid: (encoding: string) => Error;

  /** @param invalid creates the error for bytes that are not valid in UTF-16 */
  constructor(invalid: (encoding: string) => Error) {
    this.#invalid = invalid;
  }

  /** UTF-8 of the next bytes; they may be those that were given. @throws the error of the constructor */
  add(bytes: Uint8Array): Uint8Array {
    if (this.#held === null) return this.#converted(bytes, true);
    this.#held = Buffer.concat([this.#held, bytes]);
    return this.#held.length < 4 ? new Uint8Array(0) : this.#begin();
  }

  /** What is left when no more bytes follow. */
  finish(): Uint8Array {
    const rest = this.#held === null ? new Uint8Array(0) : this.#begin();
    return this.#decoder === null ? rest : Buffer.concat([rest, this.#converted(new Uint8Array(0), false)]);
  }

  #begin(): Uint8Array {
    const head = this.#held as Buffer;
    this.#held = null;
    const encoding = utf16Of(head);
    if (encoding !== null) this.#decoder = new TextDecoder(encoding, { fatal: true });
    return this.#converted(head, true);
  }

  #converted(bytes: Uint8Array, stream: boolean): Uint8Array {
    if (this.#decoder === null) return bytes;
    try {
      return Buffer.from(this.#decoder.decode(bytes, { stream }));
    } catch {
      throw this.#invalid(this.#decoder.encoding.toUpperCase());
    }
  }
}
