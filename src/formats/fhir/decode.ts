/** Decoder for FHIR observations with SampledData, alone or in a bundle, of any size in constant memory. */
import { NumberList } from '../common/number-list.ts';
import { SLICE } from '../common/window.ts';
import { Scanner } from '../json/scanner.ts';
import type { Decoder, DecoderEvent, DecoderLimits } from '../types.ts';
import { FormatError } from '../types.ts';
import { contentError } from './failure.ts';
import { ResourceReader } from './resource.ts';

/**
 * One channel per SampledData, one recording per observation; keeps the digits of `data` unchanged, with gain 1 /
 * factor and zero level -origin / factor.
 * @throws FormatError `syntax` if the bytes are not one JSON document, `content` if they are not an observation that
 * can be stored
 */
export const decodeFhir: Decoder = async function* ({ main }, limits) {
  const document = new Document(limits);
  try {
    for await (const chunk of main.bytes) {
      for (let from = 0; from < chunk.length; from += SLICE) yield* document.read(chunk.subarray(from, from + SLICE));
    }
    yield* document.finish();
  } catch (error) {
    // The scanner is shared with JSON uploads and names that format in its errors.
    throw error instanceof FormatError ? new FormatError('fhir', error.kind, error.offset, error.message) : error;
  }
};

class Document {
  readonly #reader: ResourceReader;
  readonly #scanner: Scanner;
  #announced = -1;

  constructor(limits: DecoderLimits) {
    const list: NumberList = new NumberList('json-string', (word) => this.#reader.isMissing(word), contentError);
    this.#reader = new ResourceReader(limits, () => list.count);
    this.#scanner = new Scanner(this.#reader, limits, list);
  }

  *read(slice: Uint8Array): Generator<DecoderEvent, void, void> {
    this.#scanner.window.add(slice);
    while (this.#scanner.run()) {
      yield* this.#recordings();
      const { channel, zeroLevel } = this.#reader;
      if (channel !== this.#announced && zeroLevel !== null) yield { kind: 'zero-level', channel, zeroLevel };
      this.#announced = channel;
      yield { kind: 'samples', channel, samples: this.#scanner.signal.take() };
    }
    yield* this.#recordings();
  }

  *finish(): Generator<DecoderEvent, void, void> {
    this.#scanner.finish();
    yield* this.#recordings();
  }

  *#recordings(): Generator<DecoderEvent, void, void> {
    for (const recording of this.#reader.finished.splice(0)) {
      yield { kind: 'recording', recording };
      this.#announced = -1;
    }
  }
}
