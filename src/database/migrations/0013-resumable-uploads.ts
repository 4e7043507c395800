/** Resumable uploads and their pieces. */
import type { Migration } from './migration.ts';

export const resumableUploads: Migration = {
  name: '0013-resumable-uploads',
  async up(db) {
    await db.collection('uploads').createIndexes([
      { name: 'owner', key: { owner: 1, _id: -1 } },
      { name: 'expiry', key: { state: 1, expiresAt: 1 } },
    ]);
    await db
      .collection('uploadPieces')
      .createIndexes([{ name: 'position', key: { upload: 1, offset: 1, fence: 1 }, unique: true }]);
  },
  async down(db) {
    for (const name of ['uploads', 'uploadPieces']) await db.collection(name).dropIndexes();
  },
};
