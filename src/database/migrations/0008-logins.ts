/** What is remembered of log-ins goes when it no longer counts. */
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
