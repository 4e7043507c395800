/** What the documents of electrocardiographs have in common: fields, and samples in base64. */
import type { DecodedRecording, DecoderEvent, DecoderLimits, FormatError } from '../../types.ts';
import { quoted } from '../messages.ts';
import { Base64Text } from './base64-text.ts';
import type { Failures } from './failures.ts';
import { Leaves } from './leaves.ts';
import { type Attributes, type Elements, Markup } from './markup.ts';

/** Interprets the elements of a document; each format says what its elements mean. Paths are without the root. */
export abstract class EcgDocument implements Elements {
  /** What elements that have closed gave, in order. */
  protected readonly events: DecoderEvent[] = [];
  inSamples = false;
  protected readonly base64 = new Base64Text((at, reason) =>
    this.#failures.contentError(this.offset() === null ? null : at, reason),
  );
  /** How many recordings have been described. */
  protected described = 0;
  /** About the next recording that is described, or about the whole document. */
  protected readonly warnings: string[] = [];
  protected readonly limits: DecoderLimits;
  protected readonly fail = (reason: string): FormatError => this.#failures.contentError(this.offset(), reason);
  /** Position in the file, for messages. */
  protected offset = (): number | null => null;
  readonly #leaves: Leaves;
  readonly #root: string;
  readonly #failures: Failures;

  constructor(root: string, limits: DecoderLimits, failures: Failures) {
    this.#root = root;
    this.limits = limits;
    this.#failures = failures;
    this.#leaves = new Leaves(limits, this.fail);
  }

  /** @throws FormatError */
  async *decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DecoderEvent, void, void> {
    // Real files refer to an external document type, which is not needed.
    const markup = new Markup(this, this.base64, this.limits, this.#failures, 'passed-over');
    this.offset = () => markup.offset;
    for await (const chunk of bytes) yield* this.#eventsOf(markup.read(chunk));
    yield* this.#eventsOf(markup.finish());
    this.finish();
    yield* this.events.splice(0);
  }

  open(name: string, attributes: Attributes): void {
    if (this.inSamples) throw this.fail('Samples may contain base64 only.');
    this.#leaves.open(name);
    if (this.#leaves.path === name && name !== this.#root)
      throw this.fail(`The document must be a ${this.#root}, but is ${quoted(name)}.`);
    this.opened(this.#path(), attributes);
  }

  text(text: string): void {
    if (this.inSamples) throw this.fail('Samples may contain base64 only.');
    this.#leaves.add(text);
  }

  close(): void {
    const path = this.#path();
    const { text } = this.#leaves.close();
    if (this.inSamples) {
      this.inSamples = false;
      if (!this.base64.finish())
        throw this.fail('The base64 of the samples ends within a byte. Export the file again.');
      this.events.push(...this.takeSamples());
      this.samplesClosed(path);
    } else this.closed(path, text);
  }

  /** Takes the bytes that are ready in `base64`. */
  protected abstract takeSamples(): Generator<DecoderEvent, void, void>;
  /** Called at the end of the document. */
  protected abstract finish(): void;
  protected abstract opened(path: string, attributes: Attributes): void;
  protected abstract closed(path: string, text: string): void;

  /** Called instead of `closed` if the element has samples, which have been taken. */
  protected samplesClosed(_path: string): void {}

  /** Called when an element with samples opens. */
  protected beginSamples(): void {
    this.base64.begin();
    this.inSamples = true;
  }

  /** @param isLast whether the document has ended: the only recording of a document is no part of it */
  protected describe(described: Omit<DecodedRecording, 'patient' | 'study'>, isLast: boolean): void {
    const part = isLast && this.described === 0 ? null : described.part;
    const warnings = [...described.warnings, ...this.warnings.splice(0)];
    this.events.push({ kind: 'recording', recording: { ...described, patient: null, study: null, part, warnings } });
    this.described++;
  }

  *#eventsOf(reading: Generator<void>): Generator<DecoderEvent, void, void> {
    for (const _ of reading) {
      yield* this.events.splice(0);
      yield* this.takeSamples();
    }
    yield* this.events.splice(0);
  }

  #path(): string {
    return this.#leaves.path.slice(this.#root.length + 1);
  }
}
