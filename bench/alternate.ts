/**
 * Requests sent to several services, or several requests to one, in turn: other load on the machine affects all of
 * them equally.
 */
import { HttpConnection, requestBytes } from './connection.ts';
import { median, quantile } from './report.ts';
import type { Service } from './support.ts';

/** One of those that take turns. */
export interface Lane {
  service: Pick<Service, 'url' | 'token'>;
  /** Requested one after the other. */
  paths: readonly string[];
  /** The media type to ask for. */
  accept?: string;
}

/** The measurements of one of them. */
export interface Taken {
  ms: number[];
  /** Of all pages; 0 in answers that are not lists. */
  items: number;
}

const JSON_LIST = Buffer.from('{"items":');

/** Sends this many requests to each. */
export async function alternate(lanes: readonly Lane[], requests: number): Promise<Taken[]> {
  const open = await Promise.all(
    lanes.map(async ({ service, paths, accept }) => ({
      connection: await HttpConnection.open(service.url),
      paths,
      requests: paths.map((path) => requestBytes('GET', service.url, path, service.token, null, accept)),
      taken: { ms: [], items: 0 } as Taken,
    })),
  );
  for (let i = 0; i < requests; i++) {
    // The second request of a pair meets warmer caches, so they also take turns in going first.
    for (const lane of i % 2 === 0 ? open : open.toReversed()) {
      const turn = (i >> 1) % lane.requests.length;
      const start = performance.now();
      const { status, body } = await lane.connection.send(lane.requests[turn] as Buffer);
      lane.taken.ms.push(performance.now() - start);
      if (status !== 200)
        throw new Error(`${lane.paths[turn]} was answered with ${status}: ${body.toString().slice(0, 500)}`);
      if (body.subarray(0, JSON_LIST.length).equals(JSON_LIST))
        lane.taken.items += (JSON.parse(body.toString()) as { items: unknown[] }).items.length;
    }
  }
  for (const { connection } of open) connection.close();
  return open.map(({ taken }) => taken);
}

/** Median and p99 in milliseconds. */
export const shown = (times: readonly number[]): string =>
  `${median(times).toFixed(1).padStart(5)} / ${quantile(times, 0.99).toFixed(1).padStart(5)}`;
