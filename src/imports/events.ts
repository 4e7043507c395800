/**
 * The progress of an import as server-sent events. The import's document is polled, so that any instance can report,
 * whichever does the work.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { importModel, type ObjectId } from './model.ts';
import { ENDED, importView } from './view.ts';

/** Milliseconds between two reads. */
const POLL_MS = 500;

/**
 * Yields an event `progress` with the import immediately and after every change, and `end` as the last one. Comments in
 * between keep the connection alive.
 * @param forImporter whether contents of the file may be shown
 * @param mayGoOn whether the client may still see the import
 * @param heartbeatMs milliseconds of silence after which a comment is sent
 * @param signal ends the events early: the client has disconnected, or the service stops
 */
export async function* importEvents(
  database: Connection,
  id: ObjectId,
  forImporter: boolean,
  mayGoOn: () => Promise<boolean>,
  heartbeatMs: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let version = 0;
  let sentAt = 0;
  while (!signal.aborted && (await mayGoOn())) {
    const job = await importModel(database).findOne({ _id: id }).lean();
    if (!job) return;
    const view = importView(job, forImporter);
    const isOver = ENDED.includes(view.state);
    if (isOver || view.version !== version) {
      version = view.version;
      sentAt = Date.now();
      yield `event: ${isOver ? 'end' : 'progress'}\nid: ${version}\ndata: ${JSON.stringify(view)}\n\n`;
      if (isOver) return;
    } else if (Date.now() - sentAt >= heartbeatMs) {
      sentAt = Date.now();
      yield ': still there\n\n';
    }
    await sleep(POLL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
