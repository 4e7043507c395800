/**
 * Recordings: found by their owner; blocks by their recording; markers of swept uploads and dead instances expire
 * automatically.
 */
import type { Migration } from './migration.ts';

const DAY = 24 * 60 * 60;

export const ecgs: Migration = {
  name: '0002-ecgs',
  async up(db) {
    await db.collection('ecgs').createIndexes([
      { name: 'owner', key: { owner: 1, _id: -1 } },
      { name: 'date', key: { owner: 1, date: -1, _id: -1 } },
      { name: 'patient', key: { owner: 1, patient: 1, _id: -1 } },
      { name: 'study', key: { owner: 1, study: 1, _id: -1 } },
      {
        name: 'externalId',
        key: { owner: 1, externalId: 1 },
        unique: true,
        partialFilterExpression: { externalId: { $type: 'string' } },
      },
      { name: 'swept', key: { sweptAt: 1 }, expireAfterSeconds: DAY },
    ]);
    await db
      .collection('ecgBlocks')
      .createIndexes([{ name: 'place', key: { ecg: 1, 'blocks.channel': 1, 'blocks.index': 1 }, unique: true }]);
    await db.collection('instances').createIndexes([{ name: 'silent', key: { seenAt: 1 }, expireAfterSeconds: DAY }]);
  },
  async down(db) {
    for (const name of ['ecgs', 'ecgBlocks', 'instances']) await db.collection(name).dropIndexes();
  },
};
