/** Reads small files of an upload into memory. */

/**
 * All bytes of a file.
 * @param most greatest number of bytes
 * @param tooLong creates the error for a longer file, given its beginning
 */
export async function wholeFile(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  tooLong: (begin: Uint8Array) => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > most) throw tooLong(joined([...chunks, chunk], length));
    // A chunk is valid only until the next one, so it is copied; `slice` of a Buffer would not copy.
    chunks.push(new Uint8Array(chunk));
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
