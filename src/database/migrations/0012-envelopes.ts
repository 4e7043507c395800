/** Envelopes: found by their recording. Those of existing long recordings are built in the background. */
import type { Migration } from './migration.ts';

/** Samples of a block: shorter channels have no envelope. */
const BLOCK_SAMPLES = 65_536;

export const envelopes: Migration = {
  name: '0012-envelopes',
  async up(db) {
    await db
      .collection('ecgEnvelopes')
      .createIndexes([{ name: 'place', key: { ecg: 1, channel: 1, level: 1, tile: 1 }, unique: true }]);
    await db.collection('ecgs').createIndexes([
      {
        name: 'envelopeDueAt',
        key: { envelopeDueAt: 1 },
        partialFilterExpression: { envelopeDueAt: { $exists: true } },
      },
    ]);
    await db
      .collection('ecgs')
      .updateMany({ 'channels.summary.samples': { $gt: BLOCK_SAMPLES }, envelopeDocuments: { $exists: false } }, [
        { $set: { envelopeDueAt: '$$NOW' } },
      ]);
  },
  async down(db) {
    await db
      .collection('ecgEnvelopes')
      .drop()
      .catch(() => undefined);
    await db.collection('ecgs').dropIndex('envelopeDueAt');
    await db.collection('ecgs').updateMany({}, { $unset: { envelopeDueAt: '', envelopeDocuments: '' } });
  },
};
