/** Which content coding an answer gets. */
import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';

/** The types of this package do not know its second argument yet. */
interface Preferring {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[];
}

/**
 * The coding that the client accepts best; of equally good ones, the first of `available`. `identity` when it accepts
 * none of them. Koa's own choice cannot prefer one coding to another.
 */
export function preferredCoding(req: IncomingMessage, available: readonly string[]): string {
  const [best = 'identity'] = (new Negotiator(req) as Preferring).encodings(available, { preferred: available });
  return best;
}
