/** What readers add to recordings: own annotations, attached files of annotations, and comments. */
import type { Migration } from './migration.ts';

const COLLECTIONS = {
  ecgMarks: [{ name: 'time', key: { ecg: 1, at: 1, _id: 1 } }],
  ecgAttachedAnnotations: [{ name: 'place', key: { ecg: 1, file: 1, index: 1 }, unique: true }],
  ecgComments: [{ name: 'number', key: { ecg: 1, number: 1 }, unique: true }],
} as const;
/** Recordings that have some. */
const OF_RECORDINGS = [
  { name: 'marked', key: { owner: 1, _id: -1 }, partialFilterExpression: { marks: { $gt: 0 } } },
  { name: 'attached', key: { owner: 1, _id: -1 }, partialFilterExpression: { 'attached.0': { $exists: true } } },
] as const;

export const marks: Migration = {
  name: '0018-marks',
  async up(db) {
    for (const [name, indexes] of Object.entries(COLLECTIONS)) await db.collection(name).createIndexes([...indexes]);
    await db.collection('ecgs').createIndexes([...OF_RECORDINGS]);
  },
  async down(db) {
    for (const name of Object.keys(COLLECTIONS)) {
      const collection = db.collection(name);
      await collection.deleteMany({});
      await collection.dropIndexes();
    }
    for (const { name } of OF_RECORDINGS) await db.collection('ecgs').dropIndex(name);
    const added = { marks: '', attached: '', commentRevision: '', readerRevision: '' };
    await db.collection('ecgs').updateMany({}, { $unset: added });
  },
};
