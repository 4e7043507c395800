/** Records of log-in attempts expire when they no longer count. */
import type { Migration } from './migration.ts';

export const logins: Migration = {
  name: '0008-logins',
  async up(db) {
    await db.collection('logins').createIndexes([{ name: 'forgetAt', key: { forgetAt: 1 }, expireAfterSeconds: 0 }]);
  },
  async down(db) {
    await db.collection('logins').dropIndexes();
  },
};
