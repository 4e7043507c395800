/**
 * What is derived from the samples of long channels: envelopes and minutes, found by their recording. Those of existing
 * recordings are built in the background.
 */
import type { Migration } from './migration.ts';

/** Samples of a block: nothing is derived from shorter channels. */
const BLOCK_SAMPLES = 65_536;

export const derived: Migration = {
  name: '0012-derived',
  async up(db) {
    await db
      .collection('ecgEnvelopes')
      .createIndexes([{ name: 'place', key: { ecg: 1, channel: 1, level: 1, tile: 1 }, unique: true }]);
    await db
      .collection('ecgMinutes')
      .createIndexes([{ name: 'place', key: { ecg: 1, 'channels.channel': 1 }, unique: true }]);
    await db.collection('ecgs').createIndexes([
      {
        name: 'derivedDueAt',
        key: { derivedDueAt: 1 },
        partialFilterExpression: { derivedDueAt: { $exists: true } },
      },
    ]);
    const isNotBuilt = { $or: [{ envelopeDocuments: { $exists: false } }, { minuteDocuments: { $exists: false } }] };
    await db
      .collection('ecgs')
      .updateMany({ 'channels.summary.samples': { $gt: BLOCK_SAMPLES }, ...isNotBuilt }, [
        { $set: { derivedDueAt: '$$NOW' } },
      ]);
  },
  async down(db) {
    for (const name of ['ecgEnvelopes', 'ecgMinutes']) {
      await db.collection(name).deleteMany({});
      await db.collection(name).dropIndexes();
    }
    await db.collection('ecgs').dropIndex('derivedDueAt');
    const added = { derivedDueAt: '', envelopeDocuments: '', minuteDocuments: '' };
    await db.collection('ecgs').updateMany({}, { $unset: added });
  },
};
