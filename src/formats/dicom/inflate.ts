/** Deflated data sets (PS3.5, A.5): raw deflate over all that follows the file meta information. */
import { figure } from '../common/messages.ts';
import { contentError, syntaxError } from './failure.ts';

/** How much longer than the file its data set may be: far beyond what deflate makes of a signal, far below the 1,032 that it can make of nothing. */
export const MAX_EXPANSION = 200;
/** Bytes that may come out whatever went in. */
const FREE_BYTES = 16 * 1024 * 1024;
/** Bytes that are handed to the inflater at once, so that what it makes of them stays small. */
const PORTION = 16 * 1024;

/**
 * The inflated bytes, in small pieces, as they are asked for.
 * @throws FormatError where the bytes are not deflated, end too early, or expand beyond `MAX_EXPANSION`
 */
export async function* inflated(deflated: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let taken = 0;
  let made = 0;
  async function* portions(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of deflated) {
      for (let from = 0; from < chunk.length; from += PORTION) {
        // A copy, which slice makes of no Buffer: the stream keeps what it is given, and the chunk is not ours to keep.
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
          `The deflated data set is more than ${MAX_EXPANSION} times as long as its file (${figure(made)} bytes so far). Send it uncompressed.`,
        );
      }
      yield piece;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    // The one byte that makes the length even; older versions of Node let it pass.
    if (code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return;
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw syntaxError(null, 'The deflated data set is damaged or cut off.');
    throw error;
  }
}
