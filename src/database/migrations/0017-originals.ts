/**
 * Uploaded files in GridFS: their chunks are found by file, everything by recording, and recordings that share files by
 * these. Existing recordings have none.
 */
import type { Migration } from './migration.ts';

export const originals: Migration = {
  name: '0017-originals',
  async up(db) {
    await db.collection('ecgOriginals.chunks').createIndexes([
      { name: 'chunk', key: { files_id: 1, n: 1 }, unique: true },
      { name: 'recording', key: { ecg: 1 } },
    ]);
    await db.collection('ecgOriginals.files').createIndexes([{ name: 'recording', key: { ecg: 1 } }]);
    await db
      .collection('ecgs')
      .createIndexes([
        { name: 'original', key: { 'original.files.id': 1 }, partialFilterExpression: { 'original.isShared': true } },
      ]);
  },
  async down(db) {
    for (const name of ['ecgOriginals.chunks', 'ecgOriginals.files']) await db.collection(name).drop();
    await db.collection('ecgs').dropIndex('original');
    await db.collection('ecgs').updateMany({}, { $unset: { original: '', noOriginal: '' } });
  },
};
