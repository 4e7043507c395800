/**
 * The value that distinguishes recordings with the same content also gives its kind: an id `rhythm` and a part `rhythm`
 * differ. Documents replace the texts, so that no new value equals an old one while both exist.
 */
import { isDuplicateKey } from '../duplicate-key.ts';
import type { Migration } from './migration.ts';

type Apart = { id: string } | { part: string };

const equals = (field: string): object => ({ $eq: ['$apart', field] });

export const apart: Migration = {
  name: '0010-apart',
  async up(db) {
    // A recording's own id remains a text.
    const part = { $cond: [equals('$part'), { part: '$apart' }, '$apart'] };
    const told = { $cond: [equals('$externalId'), { id: '$apart' }, part] };
    await db.collection('ecgs').updateMany({ apart: { $type: 'string' } }, [{ $set: { apart: told } }]);
  },
  async down(db) {
    const ecgs = db.collection<{ apart: Apart | string }>('ecgs');
    for await (const { _id, apart: by } of ecgs.find({ apart: { $type: 'object' } }, { projection: { apart: 1 } })) {
      const text = Object.values(by)[0] as string;
      try {
        await ecgs.updateOne({ _id }, { $set: { apart: text } });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Another recording now has the text: both are kept, and this one is distinguished by its own id.
        await ecgs.updateOne({ _id }, { $set: { apart: _id.toHexString() } });
      }
    }
  },
};
