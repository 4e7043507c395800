/** The progress of an import as server-sent events: its document is looked at now and then, so that any instance can tell, whichever does the work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { importModel, type ObjectId } from './model.ts';
import { ENDED, importView } from './view.ts';

/** Milliseconds between two looks. */
const POLL_MS = 500;

/**
 * An event `progress` with the import at once and after every change, and `end` with it as the last; comments keep the connection alive in between.
 * @param forImporter whether what stood in the file may be told
 * @param mayGoOn whether whoever asked may still be told
 * @param heartbeatMs milliseconds after which silence is broken by a comment
 * @param signal ends the events early: the client has gone, or the service stops
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
