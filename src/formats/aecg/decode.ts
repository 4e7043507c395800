/** Decoder for HL7 annotated ECGs of any size, in constant memory: one recording per sequence set. */
import { NumberList } from '../common/number-list.ts';
import { Markup } from '../common/xml/markup.ts';
import type { Decoder, DecoderEvent, DecoderLimits } from '../types.ts';
import { MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { AecgDocument } from './document.ts';
import * as failures from './failure.ts';

/**
 * Keeps the digits unchanged, with gain 1 / scale and zero level -origin / scale. Reads every series: the rhythm and
 * the series derived from it. The sets of one series are parts of a recording with gaps.
 * @throws FormatError `syntax` if the bytes are not well-formed XML or have a document type definition, `content` if
 * they are not an annotated ECG
 */
export const decodeAecg: Decoder = async function* ({ main }, limits) {
  const reader = new Reader(limits);
  for await (const chunk of main.bytes) yield* reader.read(chunk);
  yield* reader.finish();
};

const isNoNumber = (word: string): boolean => /^[+-]?nan$/i.test(word);

class Reader {
  /** Samples of the digits being read; NaN if missing. */
  readonly #digits = new NumberList('xml-text', isNoNumber, (offset, reason) =>
    failures.contentError(this.#markup.offset === null ? null : offset, reason),
  );
  readonly #document: AecgDocument;
  readonly #markup: Markup;
  #channel = 0;

  constructor(limits: DecoderLimits) {
    this.#document = new AecgDocument(limits, () => this.#markup.offset);
    this.#markup = new Markup(this.#document, this.#digits, limits, failures);
  }

  *read(chunk: Uint8Array): Generator<DecoderEvent, void, void> {
    for (const _ of this.#markup.read(chunk)) yield* this.#samples();
    yield* this.#recordings(false);
  }

  *finish(): Generator<DecoderEvent, void, void> {
    for (const _ of this.#markup.finish()) yield* this.#samples();
    yield* this.#recordings(false);
    this.#document.finish();
    yield* this.#recordings(true);
  }

  *#samples(): Generator<DecoderEvent, void, void> {
    yield* this.#recordings(false);
    const { set, sequence } = this.#document;
    if (set === null) return;
    if (sequence.samples === 0) {
      const { channel, zeroLevel } = set.begin(sequence, this.#markup.offset);
      this.#channel = channel;
      yield { kind: 'zero-level', channel, zeroLevel };
    }
    const samples = this.#digits.take();
    sequence.samples += samples.length;
    yield { kind: 'samples', channel: this.#channel, samples };
  }

  *#recordings(isLast: boolean): Generator<DecoderEvent, void, void> {
    for (const set of this.#document.finished.splice(0)) {
      const annotations = set.annotations.sorted();
      for (let from = 0; from < annotations.length; from += MAX_ANNOTATIONS_A_RUN)
        yield { kind: 'annotations', annotations: annotations.slice(from, from + MAX_ANNOTATIONS_A_RUN) };
      yield { kind: 'recording', recording: this.#document.describe(set, isLast) };
    }
  }
}
