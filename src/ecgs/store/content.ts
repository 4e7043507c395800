/** The content of a recording: what is written before its document and removed after it. */
import type { Connection } from 'mongoose';
import { CONTENT, contentCollection } from './content-model.ts';
import type { ObjectId } from './model.ts';

/** Removes every block and annotation of a recording, what is derived from them, and its files. */
export async function removeContent(database: Connection, ecg: ObjectId): Promise<void> {
  await Promise.all(CONTENT.map(async (name) => contentCollection(database, name).deleteMany({ ecg })));
}
