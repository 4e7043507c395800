/** Rows without an identifier are told apart by what they hold and by how many equal ones came before them; counted in the database, so that an import may resume anywhere. */
import { createHash } from 'node:crypto';
import type { ClientSession, Connection } from 'mongoose';
import { type ObjectId, occurrenceCollection } from './model.ts';

/** The same for the same cells in any order of the columns. */
export function rowDigest(columns: readonly string[], cells: readonly string[]): string {
  const pairs = columns.map((column, i) => [column, cells[i] ?? '']).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(pairs)).digest('hex');
}

/** How many rows with the same digest came before each of these, and counts these. */
export async function countOccurrences(
  database: Connection,
  session: ClientSession,
  importId: ObjectId,
  digests: readonly string[],
): Promise<number[]> {
  const stored = await occurrenceCollection(database)
    .find({ import: importId, digest: { $in: [...new Set(digests)] } }, { session })
    .toArray();
  const seen = new Map(stored.map(({ digest, count }) => [digest, count]));
  const before = digests.map((digest) => {
    const count = seen.get(digest) ?? 0;
    seen.set(digest, count + 1);
    return count;
  });
  const writes = [...new Set(digests)].map((digest) => ({
    updateOne: {
      filter: { import: importId, digest },
      update: { $set: { count: seen.get(digest) ?? 0 } },
      upsert: true,
    },
  }));
  await occurrenceCollection(database).bulkWrite(writes, { session, ordered: false });
  return before;
}

/** Once an import has ended. */
export async function forgetOccurrences(database: Connection, importId: ObjectId): Promise<void> {
  await occurrenceCollection(database).deleteMany({ import: importId });
}
