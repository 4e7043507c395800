/** Decodes XML documents whose samples are base64: GE MUSE and Philips. */
import type { DecoderEvent, DecoderLimits } from '../../types.ts';
import type { Base64Text } from './base64-text.ts';
import type { Failures } from './failures.ts';
import { type Elements, Markup } from './markup.ts';

export interface Base64Document extends Elements {
  /** What elements that have closed gave, in order; the decoder takes it. */
  readonly events: DecoderEvent[];
  readonly base64: Base64Text;
  /** Position in the file, for messages. */
  offset: () => number | null;
  /** Takes the bytes that are ready in `base64`. */
  takeSamples(): Generator<DecoderEvent, void, void>;
  /** Called at the end of the document. */
  finish(): void;
}

/** @throws FormatError */
export async function* decodeDocument(
  bytes: AsyncIterable<Uint8Array>,
  document: Base64Document,
  limits: DecoderLimits,
  failures: Failures,
): AsyncGenerator<DecoderEvent, void, void> {
  // Real files refer to an external document type, which is not needed.
  const markup = new Markup(document, document.base64, limits, failures, 'passed-over');
  document.offset = () => markup.offset;
  for await (const chunk of bytes) yield* eventsOf(document, markup.read(chunk));
  yield* eventsOf(document, markup.finish());
  document.finish();
  yield* document.events.splice(0);
}

function* eventsOf(document: Base64Document, reading: Generator<void>): Generator<DecoderEvent, void, void> {
  for (const _ of reading) {
    yield* document.events.splice(0);
    yield* document.takeSamples();
  }
  yield* document.events.splice(0);
}
