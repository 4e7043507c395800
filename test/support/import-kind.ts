/** An import kind for tests of the engine: things with a key, a value, and a parent that may be missing. */
import { Types } from 'mongoose';
import type { ImportKind, RowResult } from '../../src/imports/kind.ts';

export interface Thing {
  key: string;
  value: number;
  note: string;
}

interface StoredThing extends Thing {
  _id: Types.ObjectId;
  by: Types.ObjectId;
  version: number;
}

/**
 * Columns Key, Value, Note. A value that is not a number is an error of its row. The note `refuse` fails when it is
 * written; `collide` ends the transaction with a duplicate key.
 */
export const things: ImportKind<Thing> = {
  name: 'things',
  dialects: [{ name: 'plain', required: ['Key', 'Value'], optional: ['Note'] }],
  read: ({ Key = '', Value = '', Note = '' }) => {
    const errors = [
      ...(Key === '' ? [{ column: 'Key', value: null, reason: 'is missing' }] : []),
      ...(/^-?\d+$/.test(Value) ? [] : [{ column: 'Value', value: Value, reason: 'is no whole number' }]),
    ];
    return errors.length > 0 ? { errors } : { item: { key: Key, value: Number(Value), note: Note } };
  },
  apply: async (rows, { database, session, userId }) => {
    const collection = database.collection<StoredThing>('things');
    const stored = await collection.find({ key: { $in: rows.map(({ item }) => item.key) } }, { session }).toArray();
    const known = new Map<string, Thing>(stored.map((thing) => [thing.key, thing]));
    const inserts = new Map<string, StoredThing>();
    const updates = new Map<string, Thing>();
    const results = rows.map(({ item }): RowResult => {
      if (item.note === 'refuse') return { failed: { column: 'Note', value: item.note, reason: 'is refused' } };
      const before = known.get(item.key);
      known.set(item.key, item);
      if (!before || item.note === 'collide') {
        inserts.set(`${item.key}/${inserts.size}`, { _id: new Types.ObjectId(), ...item, by: userId, version: 1 });
        return 'created';
      }
      if (before.value === item.value && before.note === item.note) return 'unchanged';
      updates.set(item.key, item);
      return 'updated';
    });
    const writes = [
      ...[...inserts.values()].map((document) => ({ insertOne: { document } })),
      ...[...updates.values()].map((item) => ({
        updateOne: { filter: { key: item.key }, update: { $set: { ...item }, $inc: { version: 1 } } },
      })),
    ];
    if (writes.length > 0) await collection.bulkWrite(writes, { session });
    return { results, alsoCreated: { parents: inserts.size } };
  },
};

/** Rows without an identifier, distinguished by their content and its occurrence among equal rows. */
export const notes: ImportKind<string> = {
  name: 'notes',
  dialects: [{ name: 'plain', required: ['Text'] }],
  countsOccurrences: true,
  read: ({ Text = '' }) => ({ item: Text }),
  apply: async (rows, { database, session, source }) => {
    const collection = database.collection<{ key: string; text: string }>('notes');
    const keys = rows.map(({ digest, occurrence }) => `${source} ${digest} ${occurrence}`);
    const stored = new Set(
      (await collection.find({ key: { $in: keys } }, { session }).toArray()).map(({ key }) => key),
    );
    const inserts = rows.map(({ item }, i) => ({ key: keys[i]!, text: item })).filter(({ key }) => !stored.has(key));
    if (inserts.length > 0) await collection.insertMany(inserts, { session });
    return { results: keys.map((key) => (stored.has(key) ? 'unchanged' : 'created')) };
  },
};
