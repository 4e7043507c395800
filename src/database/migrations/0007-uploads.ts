/**
 * Uploads: recordings are also distinguished by their content, counting reads a single index, and markers have their
 * owner. Instances are kept until their writes are settled.
 */
import type { Migration } from './migration.ts';

const DAY = 24 * 60 * 60;

export const uploads: Migration = {
  name: '0007-uploads',
  async up(db) {
    const ecgs = db.collection('ecgs');
    // Markers of the earlier form, which have no owner; they would have expired after a day.
    await ecgs.deleteMany({ owner: null });
    // Existing recordings with the same content remain separate.
    await ecgs.updateMany({ version: { $gte: 1 }, apart: { $exists: false } }, [
      { $set: { apart: { $toString: '$_id' } } },
    ]);
    await ecgs.createIndexes([
      {
        name: 'content',
        key: { owner: 1, digest: 1, apart: 1 },
        unique: true,
        partialFilterExpression: { digest: { $exists: true } },
      },
      { name: 'owned', key: { owner: 1, _id: -1, version: 1 } },
    ]);
    await dropIndex(ecgs, 'owner');
    await db.collection('instances').createIndexes([{ name: 'fenced', key: { fencedAt: 1 }, expireAfterSeconds: DAY }]);
    await dropIndex(db.collection('instances'), 'silent');
  },
  async down(db) {
    const ecgs = db.collection('ecgs');
    await ecgs.createIndexes([{ name: 'owner', key: { owner: 1, _id: -1 } }]);
    for (const name of ['content', 'owned']) await dropIndex(ecgs, name);
    await db.collection('instances').createIndexes([{ name: 'silent', key: { seenAt: 1 }, expireAfterSeconds: DAY }]);
    await dropIndex(db.collection('instances'), 'fenced');
  },
};

/** The index may already be gone, if the migration was interrupted after this step. */
async function dropIndex(
  collection: ReturnType<Parameters<Migration['up']>[0]['collection']>,
  name: string,
): Promise<void> {
  const indexes = await collection.indexes();
  if (indexes.some((index) => index.name === name)) await collection.dropIndex(name);
}
