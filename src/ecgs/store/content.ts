/** The content of a recording: what is written before its document and removed after it. */
import type { Connection } from 'mongoose';
import type { ObjectId } from './model.ts';

/** The collections. Each document has its recording as `ecg` and its writer as `writer`. */
export const CONTENT = ['ecgBlocks', 'ecgAnnotations'] as const;

/** Removes every block and annotation of a recording. */
export async function removeContent(database: Connection, ecg: ObjectId): Promise<void> {
  await Promise.all(CONTENT.map(async (name) => database.collection(name).deleteMany({ ecg })));
}
