/** Sessions of browsers, and links to set a new password; both expire. */
import type { Migration } from './migration.ts';

export const sessions: Migration = {
  name: '0015-sessions',
  async up(db) {
    await db.collection('sessions').createIndexes([
      { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
      { name: 'user', key: { user: 1, usedAt: -1 } },
      { name: 'refresh', key: { refresh: 1 }, unique: true },
      { name: 'used', key: { 'used.hash': 1 } },
    ]);
    await db.collection('passwordResets').createIndexes([
      { name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
      { name: 'hash', key: { hash: 1 }, unique: true },
    ]);
  },
  async down(db) {
    for (const name of ['sessions', 'passwordResets']) {
      await db.collection(name).deleteMany({});
      await db.collection(name).dropIndexes();
    }
  },
};
