/** The progress of an import as server-sent events. */
import type { Connection } from 'mongoose';
import { polledEvents, type Watching } from '../http/event-stream.ts';
import { importModel, type ObjectId } from './model.ts';
import { ENDED, importView } from './view.ts';

/** @param forImporter whether contents of the file may be shown */
export const importEvents = (
  database: Connection,
  id: ObjectId,
  forImporter: boolean,
  watching: Watching,
): AsyncGenerator<string> =>
  polledEvents(async () => {
    const job = await importModel(database).findOne({ _id: id }).lean();
    if (!job) return null;
    const view = importView(job, forImporter);
    return { view, isOver: ENDED.includes(view.state) };
  }, watching);
