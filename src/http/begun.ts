/**
 * Makes the beginning of an answer before it is sent, so that failures up to then are still answered with a problem.
 */

/**
 * The same pieces, with the first one already made. After it, a failure can only be shown by breaking the connection.
 * Closing them closes `pieces`, even if none was requested: a generator would not, as long as it has not been started.
 */
export async function begun<Piece>(pieces: AsyncIterable<Piece>): Promise<AsyncIterable<Piece>> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first: IteratorResult<Piece> | null = await iterator.next();
  const all: AsyncIterator<Piece> = {
    next: async () => {
      const made = first;
      first = null;
      return made ?? iterator.next();
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
  return { [Symbol.asyncIterator]: () => all };
}
