/**
 * Makes the beginning of an answer before it is sent, so that failures up to then are still answered with a problem.
 */

/**
 * The same pieces, with the first one already made. After it, a failure can only be shown by breaking the connection.
 */
export async function begun<Piece>(pieces: AsyncIterable<Piece>): Promise<AsyncIterable<Piece>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
