/** What is stored of a recording, in a form in which two recordings can be compared. */
import { createHash } from 'node:crypto';
import { mongo, Types } from 'mongoose';
import type { StoredEcg } from '../../src/ecgs/store/model.ts';
import { originalBytes } from '../../src/ecgs/store/originals.ts';
import type { TestApp } from './app.ts';

/** Fields that differ between two recordings of the same files. */
const OWN = new Set(['_id', 'owner', 'writer', 'ecg', 'siblings', 'apart', 'createdAt', 'updatedAt']);

type Stored = Record<string, unknown>;

/** The document of a recording without what is its own, and digests of its samples and marks, and of its files. */
export async function recorded({ database }: Pick<TestApp, 'database'>, id: string): Promise<Stored> {
  const _id = new Types.ObjectId(id);
  const document = await database.collection('ecgs').findOne({ _id });
  const hash = createHash('sha256');
  for (const name of ['ecgBlocks', 'ecgAnnotations'])
    for await (const part of database.collection(name).find({ ecg: _id }).sort({ channel: 1, block: 1, index: 1 }))
      hash.update(mongo.BSON.serialize(common(part)));
  const original = [];
  for (const { id: file, name, bytes } of (document as StoredEcg | null)?.original?.files ?? []) {
    const kept = createHash('sha256');
    for await (const piece of originalBytes(database, { id: file, name, bytes })) kept.update(piece);
    original.push({ name, bytes, digest: kept.digest('hex') });
  }
  return { ...common(document!), original, content: hash.digest('hex') };
}

const common = (document: object): Stored =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !OWN.has(key)));
