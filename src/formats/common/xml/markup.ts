/**
 * Reads an XML document in pieces: saxes passes the elements to a handler, while the text of samples goes straight to
 * its reader.
 */
import type { DecoderLimits } from '../../types.ts';
import { figure } from '../messages.ts';
import type { SignalOutcome } from '../sample-reader.ts';
import { SLICE, Window } from '../window.ts';
import type { Failures } from './failures.ts';
import { Parser } from './parser.ts';
import { decoded, Utf8Source } from './source.ts';

export type Attributes = Readonly<Record<string, string>>;

/** The events of a document, in document order. Names come without prefixes. Every method may throw a FormatError. */
export interface Elements {
  open(name: string, attributes: Attributes): void;
  text(text: string): void;
  close(name: string): void;
  /** Whether the open element holds samples; its text then goes to their reader. */
  readonly inSamples: boolean;
}

/** Reads the text of samples: decimals, or base64. It may be interrupted by comments. */
export interface SampleText {
  /** What is ready to be taken. */
  readonly filled: number;
  /** Continues at the window's position; after `closed` the position is at the `<` after the text. */
  read(window: Window): SignalOutcome;
}

const LESS = 0x3c;
const GREATER = 0x3e;

export class Markup {
  readonly #samples: SampleText;
  readonly #failures: Failures;
  readonly #source: Utf8Source;
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  readonly #parser = new Parser((reason) =>
    this.#failures.syntaxError(this.offset, `This is not well-formed XML: ${reason}`),
  );
  readonly #window = new Window();
  readonly #elements: Elements;
  readonly #limits: DecoderLimits;
  /** Whether the next byte is text of samples. */
  #inText = false;
  /** Whether some markup has ended since the last `<` after samples. */
  #markupEnded = false;
  /** Bytes passed to the parser since its last event: the most that it may be buffering. */
  #held = 0;
  #depth = 0;

  /** @param doctype whether a document type definition is refused, or passed over if it defines nothing itself */
  constructor(
    elements: Elements,
    samples: SampleText,
    limits: DecoderLimits,
    failures: Failures,
    doctype: 'refused' | 'passed-over' = 'refused',
  ) {
    this.#elements = elements;
    this.#samples = samples;
    this.#limits = limits;
    this.#failures = failures;
    this.#source = new Utf8Source(failures);
    this.#listen(limits, doctype);
  }

  /** Position in the file, if known. */
  get offset(): number | null {
    return this.#source.offset;
  }

  /** Reads a chunk. Yields when samples are ready: take them before continuing. @throws FormatError */
  *read(chunk: Uint8Array): Generator<void, void, void> {
    yield* this.#feed(this.#source.add(chunk));
  }

  *finish(): Generator<void, void, void> {
    yield* this.#feed(this.#source.finish());
    if (this.#inText) throw this.#failures.syntaxError(this.offset, 'The document is incomplete.');
    this.#parser.write(decoded(this.#text, new Uint8Array(0), false, this.#failures));
    this.#parser.close();
  }

  *#feed(bytes: Buffer): Generator<void, void, void> {
    for (let place = 0; place < bytes.length;) {
      const start = place;
      const at = bytes.indexOf(this.#inText ? LESS : GREATER, place);
      if (this.#inText) {
        place = at === -1 ? bytes.length : at;
        yield* this.#sampleText(bytes.subarray(start, place));
        if (at !== -1) yield* this.#endOfSamples();
      } else {
        place = at === -1 ? bytes.length : at + 1;
        this.#write(bytes.subarray(start, place));
      }
      this.#source.use(place - start);
      if (!this.#inText && at !== -1 && this.#markupEnded && this.#elements.inSamples) this.#beginSamples();
    }
  }

  #beginSamples(): void {
    this.#inText = true;
    this.#window.base = (this.offset ?? 0) - this.#window.position;
  }

  *#sampleText(text: Buffer): Generator<void, void, void> {
    for (let from = 0; from < text.length; from += SLICE) {
      this.#window.add(text.subarray(from, from + SLICE));
      while (this.#samples.read(this.#window) === 'full') yield;
    }
  }

  /** Called at the `<` after samples. */
  *#endOfSamples(): Generator<void, void, void> {
    this.#window.add(Uint8Array.of(LESS));
    while (this.#samples.read(this.#window) === 'full') yield;
    this.#window.position = this.#window.end;
    if (this.#samples.filled > 0) yield;
    this.#inText = false;
    this.#markupEnded = false;
  }

  #write(bytes: Buffer): void {
    this.#held += bytes.length;
    if (this.#held > this.#limits.maxMetadataBytes)
      throw this.#failures.contentError(
        this.offset,
        `A text, a comment or an element is longer than ${figure(this.#limits.maxMetadataBytes)} bytes.`,
      );
    this.#parser.write(decoded(this.#text, bytes, true, this.#failures));
  }

  #listen(limits: DecoderLimits, doctype: 'refused' | 'passed-over'): void {
    const parser = this.#parser;
    const told = (): void => {
      this.#held = 0;
      this.#markupEnded = true;
    };
    parser.on('doctype', (definition) => {
      told();
      if (doctype === 'refused')
        throw this.#failures.syntaxError(this.offset, 'Document type definitions are refused.');
      if (definition.includes('['))
        throw this.#failures.syntaxError(this.offset, 'A document type definition must not define anything itself.');
    });
    parser.on('opentag', ({ name, attributes }) => {
      told();
      if (++this.#depth > limits.maxDepth)
        throw this.#failures.contentError(this.offset, `Elements are nested deeper than ${limits.maxDepth} levels.`);
      this.#elements.open(local(name), attributes);
    });
    parser.on('closetag', ({ name }) => {
      told();
      this.#depth--;
      this.#elements.close(local(name));
    });
    parser.on('text', (text) => {
      this.#held = 0;
      this.#elements.text(text);
    });
    parser.on('cdata', (text) => {
      told();
      this.#elements.text(text);
    });
    parser.on('comment', told);
    parser.on('processinginstruction', told);
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
