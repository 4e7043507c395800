/**
 * What lists of recordings are searched, filtered and sorted by. It is added to existing recordings in the background
 * (`ecgs/store/fill-listed.ts`), which finds them by the index `unlisted`.
 */
import type { Migration } from './migration.ts';

const NAMES = ['terms', 'duration', 'samplingRate', 'annotated', 'unlisted'];

export const lists: Migration = {
  name: '0016-lists',
  async up(db) {
    await db.collection('ecgs').createIndexes([
      { name: 'terms', key: { owner: 1, 'listed.terms': 1, _id: -1 } },
      { name: 'duration', key: { owner: 1, 'listed.duration': -1, _id: -1 } },
      { name: 'samplingRate', key: { owner: 1, 'listed.samplingRate': -1, _id: -1 } },
      { name: 'annotated', key: { owner: 1, _id: -1 }, partialFilterExpression: { annotations: { $gt: 0 } } },
      { name: 'unlisted', key: { version: 1 }, partialFilterExpression: { listed: null } },
    ]);
  },
  async down(db) {
    for (const name of NAMES) await db.collection('ecgs').dropIndex(name);
    await db.collection('ecgs').updateMany({}, { $unset: { listed: '' } });
  },
};
