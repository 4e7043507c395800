/**
 * Imports: found by their owner, and as long as there is work left to do; the error report by line, which expires after
 * 30 days.
 */
import type { Migration } from './migration.ts';

const DAY = 24 * 60 * 60;

export const imports: Migration = {
  name: '0005-imports',
  async up(db) {
    await db.collection('imports').createIndexes([
      { name: 'owner', key: { owner: 1, _id: -1 } },
      { name: 'open', key: { file: 1 }, partialFilterExpression: { file: { $type: 'objectId' } } },
    ]);
    await db.collection('importErrors').createIndexes([
      { name: 'place', key: { import: 1, line: 1, n: 1 }, unique: true },
      { name: 'old', key: { at: 1 }, expireAfterSeconds: 30 * DAY },
    ]);
    await db
      .collection('importLeases')
      .createIndexes([{ name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: DAY }]);
    await db
      .collection('importOccurrences')
      .createIndexes([{ name: 'row', key: { import: 1, digest: 1 }, unique: true }]);
    await db
      .collection('importFiles.files')
      .createIndexes([{ name: 'filename_1_uploadDate_1', key: { filename: 1, uploadDate: 1 } }]);
    await db
      .collection('importFiles.chunks')
      .createIndexes([{ name: 'files_id_1_n_1', key: { files_id: 1, n: 1 }, unique: true }]);
  },
  async down(db) {
    for (const name of [
      'imports',
      'importErrors',
      'importLeases',
      'importOccurrences',
      'importFiles.files',
      'importFiles.chunks',
    ])
      await db.collection(name).dropIndexes();
  },
};
