/**
 * Rows without an identifier are distinguished by their contents and by how many equal rows came before them. The
 * database counts these, so that an import can resume anywhere.
 */
import { createHash } from 'node:crypto';
import type { ClientSession, Connection } from 'mongoose';
import type { Row } from './kind.ts';
import { type ObjectId, occurrenceCollection } from './model.ts';

/** A digest of a row, whatever the order of its columns. */
export function rowDigest(row: Row): string {
  const pairs = Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(pairs)).digest('hex');
}

/** Returns how many rows with the same digest came before each of these, and counts these. */
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

/** Removes the counts of an import that has ended. */
export async function forgetOccurrences(database: Connection, importId: ObjectId): Promise<void> {
  await occurrenceCollection(database).deleteMany({ import: importId });
}
