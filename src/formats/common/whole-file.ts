/** Small files of an upload, as a whole. */

/**
 * All bytes of a file.
 * @param most so many it may have
 * @param tooLong makes the error to throw for a longer one
 */
export async function wholeFile(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  tooLong: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > most) throw tooLong();
    // A chunk is only lent; the slice of a Buffer would be no copy.
    chunks.push(new Uint8Array(chunk));
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
