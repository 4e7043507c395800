/**
 * The grammar of RFC 8259 as a state machine that can stop at any byte and continue with the next chunk. It recognises
 * containers, keys and scalars; its handler interprets them. A leading byte order mark is skipped; only white space may
 * follow the document.
 */
import { figure, quoted } from '../common/messages.ts';
import { type SampleReader } from '../common/sample-reader.ts';
import { Window } from '../common/window.ts';
import type { DecoderLimits } from '../types.ts';
import { contentError, syntaxError } from './failure.ts';
import { SignalReader, skipSpace } from './signal.ts';
import { scalarOf, stringOf, tokenEnd } from './token.ts';

export type Container = 'object' | 'array';
export type Scalar = string | number | boolean | null;

/**
 * The events of a document, in document order; offsets are positions in the file. Every method may throw a FormatError.
 */
export interface Handler {
  key(name: string, offset: number): void;
  /** @returns true if the array is a signal: its numbers then go to the reader, and `close` follows */
  open(container: Container, offset: number): boolean;
  close(offset: number): void;
  /** @param text a number or literal as written, or the value of a string */
  scalar(value: Scalar, text: string, offset: number): void;
  /**
   * A string value begins. @returns true if it is a signal: its content then goes to the reader, and `endString`
   * follows
   */
  beginString?(offset: number): boolean;
  endString?(offset: number): void;
}

interface Frame {
  /** Keys of an object so far; null for an array. */
  keys: Set<string> | null;
  /** Metadata bytes held when the container was opened; restored when it closes. */
  held: number;
}

type State = 'start' | 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after' | 'signal';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

export class Scanner {
  readonly window = new Window();
  readonly signal: SampleReader;
  readonly #handler: Handler;
  readonly #limits: DecoderLimits;
  readonly #stack: Frame[] = [];
  #state: State = 'start';
  /** Bytes of the keys and values of open objects: all that a document can make us hold. */
  #held = 0;
  /** Bytes of an unfinished string that are already known not to end it. */
  #scanned = 0;
  #markBytes = 0;
  /** Whether the signal being read is in a string. */
  #inString = false;

  /** @param signal reads the signals: arrays of numbers, or the content of strings */
  constructor(handler: Handler, limits: DecoderLimits, signal: SampleReader = new SignalReader()) {
    this.#handler = handler;
    this.#limits = limits;
    this.signal = signal;
  }

  /**
   * Reads to the end of the window.
   * @returns true when samples are ready in `signal`: take them and call again; false at the end of the window
   * @throws FormatError
   */
  run(): boolean {
    for (;;) {
      if (this.#state === 'signal') {
        const outcome = this.signal.read(this.window);
        if (outcome === 'more') return false;
        if (outcome === 'full') return true;
        if (this.#inString) this.#endString();
        else this.#close();
        if (this.signal.filled > 0) return true;
      }
      if (!this.#step()) return false;
    }
  }

  /** Must be called when no bytes will follow. */
  finish(): void {
    const { window } = this;
    // A number at the root ends with the file: a space is added to terminate it.
    window.add(Uint8Array.of(0x20));
    this.run();
    if (this.#state === 'after' && this.#stack.length === 0) return;
    throw syntaxError(
      window.base + window.end - 1,
      this.#state === 'start' || (this.#state === 'value' && this.#stack.length === 0)
        ? 'The document is empty.'
        : 'The document is incomplete.',
    );
  }

  /** Reads one token; false if the window does not hold a complete one. */
  #step(): boolean {
    const { window } = this;
    if (this.#state === 'start') {
      while (
        this.#markBytes < 3 &&
        window.position < window.end &&
        window.bytes[window.position] === BYTE_ORDER_MARK[this.#markBytes]
      ) {
        window.position++;
        this.#markBytes++;
      }
      if (window.position === window.end) return false;
      if (this.#markBytes % 3 !== 0) throw syntaxError(window.offset(), 'The document is not UTF-8, as JSON must be.');
      this.#state = 'value';
    }
    const byte = skipSpace(window);
    if (byte === -1) return false;
    switch (this.#state) {
      case 'first-value':
      case 'value':
        return this.#value(byte);
      case 'first-key':
      case 'key':
        return this.#key(byte);
      case 'colon':
        if (byte !== 0x3a) throw syntaxError(window.offset(), 'Expected a colon after a key.');
        window.position++;
        this.#state = 'value';
        return true;
      case 'after':
      case 'signal':
        break;
    }
    this.#after(byte);
    return true;
  }

  #value(byte: number): boolean {
    const { window } = this;
    if (byte === 0x7b || byte === 0x5b) {
      this.#open(byte === 0x7b);
      return true;
    }
    if (byte === 0x5d && this.#state === 'first-value') {
      window.position++;
      this.#close();
      return true;
    }
    const offset = window.offset();
    let text: string;
    let value: Scalar;
    if (byte === 0x22) {
      if (this.#handler.beginString?.(offset) === true) {
        window.position++;
        this.#inString = true;
        this.#state = 'signal';
        this.signal.begin();
        return true;
      }
      const string = this.#string();
      if (string === null) return false;
      text = string;
      value = string;
    } else {
      const end = tokenEnd(window);
      if (end === -1) return false;
      text = window.bytes.toString('latin1', window.position, end);
      value = scalarOf(text, offset);
      window.position = end;
    }
    // The scalars of an array are not held, so they do not count.
    if (this.#stack.at(-1)?.keys) this.#hold(window.offset() - offset, offset);
    this.#state = 'after';
    this.#handler.scalar(value, text, offset);
    return true;
  }

  #key(byte: number): boolean {
    const { window } = this;
    if (byte === 0x7d && this.#state === 'first-key') {
      window.position++;
      this.#close();
      return true;
    }
    const offset = window.offset();
    if (byte !== 0x22) throw syntaxError(offset, 'Expected a key in double quotes.');
    const name = this.#string();
    if (name === null) return false;
    this.#hold(window.offset() - offset, offset);
    const keys = this.#stack.at(-1)?.keys as Set<string>;
    if (keys.has(name)) throw contentError(offset, `The key ${quoted(name)} occurs twice in one object.`);
    keys.add(name);
    this.#state = 'colon';
    this.#handler.key(name, offset);
    return true;
  }

  #after(byte: number): void {
    const { window } = this;
    const frame = this.#stack.at(-1);
    if (frame === undefined) throw syntaxError(window.offset(), 'Expected the end of the document.');
    if (byte === 0x2c) {
      window.position++;
      this.#state = frame.keys === null ? 'value' : 'key';
    } else if (byte === (frame.keys === null ? 0x5d : 0x7d)) {
      window.position++;
      this.#close();
    } else
      throw syntaxError(window.offset(), `Expected a comma or a closing ${frame.keys === null ? 'bracket' : 'brace'}.`);
  }

  #open(isObject: boolean): void {
    const { window } = this;
    if (this.#stack.length >= this.#limits.maxDepth)
      throw contentError(window.offset(), `Arrays and objects are nested deeper than ${this.#limits.maxDepth} levels.`);
    this.#stack.push({ keys: isObject ? new Set() : null, held: this.#held });
    const isSignal = this.#handler.open(isObject ? 'object' : 'array', window.offset());
    window.position++;
    this.#state = isSignal ? 'signal' : isObject ? 'first-key' : 'first-value';
    if (isSignal) this.signal.begin();
  }

  /** Called after a closing bracket or brace. */
  #close(): void {
    this.#held = (this.#stack.pop() as Frame).held;
    this.#state = 'after';
    this.#handler.close(this.window.offset() - 1);
  }

  /** Called at the closing quote of a string that is a signal. */
  #endString(): void {
    this.#inString = false;
    this.#state = 'after';
    this.#handler.endString?.(this.window.offset());
    this.window.position++;
  }

  /** Reads the string at the position and moves past it; null if it is not complete. */
  #string(): string | null {
    const { window } = this;
    const { bytes, position, end } = window;
    let place = position + Math.max(1, this.#scanned);
    while (place < end && bytes[place] !== 0x22) place += bytes[place] === 0x5c ? 2 : 1;
    if (place >= end) {
      // A backslash at the end of the window also skips the next byte to arrive.
      this.#scanned = place - position;
      if (place - position > this.#limits.maxMetadataBytes) this.#refuseSize(window.offset());
      return null;
    }
    this.#scanned = 0;
    const value = stringOf(bytes.subarray(position, place + 1), window.offset());
    window.position = place + 1;
    return value;
  }

  #hold(bytes: number, offset: number): void {
    this.#held += bytes;
    if (this.#held > this.#limits.maxMetadataBytes) this.#refuseSize(offset);
  }

  #refuseSize(offset: number): never {
    throw contentError(
      offset,
      `There are more than ${figure(this.#limits.maxMetadataBytes)} bytes of keys and values besides the signals.`,
    );
  }
}
