/** Collects text written piece by piece into chunks of bytes large enough to send. */
import { markerOf, type Samples } from '../../signal/samples.ts';

/** Characters collected for one chunk. */
const CHUNK = 65536;
/** Samples converted to text at once. */
const PIECE = 4096;

/** UTF-8 of the pieces, in chunks of about 64 KiB. */
export async function* textBytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, void> {
  let held = '';
  for await (const piece of pieces) {
    held += piece;
    if (held.length >= CHUNK) {
      yield Buffer.from(held);
      held = '';
    }
  }
  if (held !== '') yield Buffer.from(held);
}

/**
 * Converts runs of samples to pieces of a list: each value by `write`, `missing` for missing samples, `separator`
 * between them.
 */
export async function* listText(
  runs: AsyncIterable<Samples>,
  separator: string,
  missing: string,
  write: (value: number) => string,
): AsyncGenerator<string, void, void> {
  let isFirst = true;
  for await (const samples of runs) {
    const marker = markerOf(samples);
    for (let from = 0; from < samples.length; from += PIECE) {
      const to = Math.min(samples.length, from + PIECE);
      let text = '';
      for (let at = from; at < to; at++) {
        const value = samples[at] as number;
        if (isFirst) isFirst = false;
        else text += separator;
        text += value !== value || value === marker ? missing : write(value);
      }
      yield text;
    }
  }
}
