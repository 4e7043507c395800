/** The keys of requests, with their answers, expire. */
import type { Migration } from './migration.ts';

export const idempotencyKeys: Migration = {
  name: '0014-idempotency-keys',
  async up(db) {
    await db
      .collection('idempotencyKeys')
      .createIndexes([{ name: 'expired', key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
  },
  async down(db) {
    const keys = db.collection('idempotencyKeys');
    await keys.deleteMany({});
    await keys.dropIndexes();
  },
};
