/** Deflated data sets (PS3.5, A.5): raw deflate of everything after the file meta information. */
import { figure } from '../common/messages.ts';
import { contentError, syntaxError } from './failure.ts';

/**
 * Greatest ratio of inflated to deflated bytes: far more than any signal reaches, far below the 1,032 that deflate can
 * reach.
 */
export const MAX_EXPANSION = 200;
/** Inflated bytes allowed regardless of the ratio. */
const FREE_BYTES = 16 * 1024 * 1024;
/** Bytes passed to the inflater at once, so that its output stays small. */
const PORTION = 16 * 1024;

/**
 * The inflated bytes, in small pieces, on demand.
 * @throws FormatError if the bytes are not deflated, end too early, or expand beyond `MAX_EXPANSION`
 */
export async function* inflated(deflated: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let taken = 0;
  let made = 0;
  async function* portions(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of deflated) {
      for (let from = 0; from < chunk.length; from += PORTION) {
        // A copy, since the stream keeps its input and the chunk is valid only until the next one; `slice` of a Buffer
        // would not copy.
        const portion = new Uint8Array(chunk.subarray(from, from + PORTION));
        taken += portion.length;
        yield portion;
      }
    }
  }
  try {
    for await (const piece of ReadableStream.from(portions()).pipeThrough(new DecompressionStream('deflate-raw'))) {
      made += piece.length;
      if (made > FREE_BYTES + MAX_EXPANSION * taken) {
        throw contentError(
          null,
          `The deflated data set is more than ${MAX_EXPANSION} times as long as its file (${figure(made)} ` +
            'bytes so far). Send it uncompressed.',
        );
      }
      yield piece;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    // The padding byte that makes the length even; older versions of Node ignore it.
    if (code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return;
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw syntaxError(null, 'The deflated data set is damaged or cut off.');
    throw error;
  }
}
