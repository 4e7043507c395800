/**
 * Annotations: found by their recording, in order of time. Existing recordings have none, and were uploaded as single
 * files.
 */
import type { Migration } from './migration.ts';

export const annotations: Migration = {
  name: '0006-annotations',
  async up(db) {
    await db.collection('ecgAnnotations').createIndexes([{ name: 'place', key: { ecg: 1, index: 1 }, unique: true }]);
    await db
      .collection('ecgs')
      .updateMany(
        { owner: { $ne: null }, annotations: { $exists: false } },
        { $set: { subject: null, part: null, siblings: [], annotations: 0 } },
      );
  },
  async down(db) {
    await db.collection('ecgAnnotations').dropIndexes();
  },
};
