/**
 * Deflated data sets (PS3.5, A.5): raw deflate of everything after the file meta information.
 *
 * Imports modules of Node, like common/native.ts and nothing else in the formats: the stream that every runtime has,
 * DecompressionStream, hands on pieces of 16 KiB, which takes as much time as to inflate them. zlib calculates only.
 */
import { pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { figure } from '../common/messages.ts';
import { contentError, syntaxError } from './failure.ts';

/**
 * Greatest ratio of inflated to deflated bytes: far more than any signal reaches, far below the 1,032 that deflate can
 * reach.
 */
export const MAX_EXPANSION = 200;
/** Inflated bytes allowed regardless of the ratio. */
const FREE_BYTES = 16 * 1024 * 1024;
/** Inflated bytes in one piece, at most. */
const PIECE = 256 * 1024;

/**
 * The inflated bytes, piece by piece, on demand.
 * @throws FormatError if the bytes are not deflated, end too early, or expand beyond `MAX_EXPANSION`
 */
export async function* inflated(deflated: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  // Bytes after the end, such as the one that makes the length even, are passed over.
  const inflate = createInflateRaw({ chunkSize: PIECE });
  // Its errors, and those of its source, reach the loop; the end of the loop ends both.
  pipeline(copied(deflated), inflate, () => {});
  let made = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array>) {
      made += piece.length;
      if (made > FREE_BYTES + MAX_EXPANSION * inflate.bytesWritten) {
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
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw syntaxError(null, 'The deflated data set is damaged or cut off.');
    throw error;
  }
}

/** Copies, since a stream keeps its input and a chunk is valid only until the next one. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  // `slice` of a Buffer would not copy.
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}
