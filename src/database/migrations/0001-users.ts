/**
 * Users: found by their unique e-mail address, and searched by words of address and name; and the document that
 * serialises changes by admins.
 */
import type { Migration } from './migration.ts';

export const users: Migration = {
  name: '0001-users',
  async up(db) {
    await db.collection('users').createIndexes([
      { name: 'email', key: { email: 1 }, unique: true },
      { name: 'searchWords', key: { searchWords: 1, email: 1 } },
    ]);
    await db
      .collection<{ _id: string }>('guards')
      .updateOne({ _id: 'admins' }, { $setOnInsert: { changes: 0 } }, { upsert: true });
  },
  async down(db) {
    await db.collection('users').dropIndexes();
    await db.collection<{ _id: string }>('guards').deleteOne({ _id: 'admins' });
  },
};
