/**
 * Finds inconsistencies in a database after interruptions: recordings without their samples, content without its
 * recording, duplicate recordings, and uploads whose audit events are wrong.
 */
import type { Connection, Types } from 'mongoose';
import { AUDIT_EVENTS, type AuditEvent } from '../../src/audit/model.ts';
import { decoded } from '../../src/ecgs/store/block-encoding.ts';
import { blockCollection } from '../../src/ecgs/store/content-model.ts';
import { chunkCollection, fileCollection } from '../../src/ecgs/store/original-model.ts';
import type { StoredEcg } from '../../src/ecgs/store/model.ts';

export interface Integrity {
  recordings: number;
  /** Recordings without blocks, annotations or uploaded files. */
  hollow: string[];
  /** Ids that blocks, annotations or uploaded files refer to, but that belong to no recording. */
  orphans: string[];
  /** Recordings that repeat an earlier one: same owner and content, or same owner and external id. */
  doubled: string[];
  /**
   * Recordings without exactly one upload event, or with a removal event; removed ones that only have an upload event.
   */
  mistold: string[];
}

/** Checks everything that is stored. */
export async function integrityOf(database: Connection): Promise<Integrity> {
  const [samples, annotations] = [await storedSamples(database), await storedAnnotations(database)];
  const files = await storedFiles(database);
  const found: Integrity = { recordings: 0, hollow: [], orphans: [], doubled: [], mistold: [] };
  const seen = new Set<string>();
  const published = new Set<string>();
  // The sweeper's markers have no version.
  const isRecording = { version: { $exists: true } };
  const options = { projection: { 'channels.blockTable': 0 } };
  for await (const ecg of database.collection<StoredEcg>('ecgs').find(isRecording, options)) {
    const id = ecg._id.toHexString();
    found.recordings++;
    published.add(id);
    const stored = (number: number): number => samples.get(`${id}/${number}`) ?? 0;
    const isWhole = ecg.channels.every(({ summary }, number) => stored(number) === summary.samples);
    const isKept = (ecg.original?.files ?? []).every((file) => files.bytes.get(String(file.id)) === file.bytes);
    if (!isWhole || !isKept || (annotations.get(id) ?? 0) !== ecg.annotations) found.hollow.push(id);
    const owner = ecg.owner.toHexString();
    const names = [`${owner} content ${Buffer.from(ecg.digest.buffer).toString('base64')}`];
    if (ecg.externalId !== null) names.push(`${owner} id ${ecg.externalId}`);
    if (names.some((name) => seen.has(name))) found.doubled.push(id);
    for (const name of names) seen.add(name);
  }
  const named = new Set(
    [...samples.keys(), ...annotations.keys(), ...files.recordings].map((key) => key.split('/')[0] as string),
  );
  found.orphans = [...named].filter((id) => !published.has(id));
  const told = await toldOf(database);
  for (const id of published) if (told.get(id) !== 'create') found.mistold.push(id);
  for (const [id, events] of told) if (!published.has(id) && events !== 'create delete') found.mistold.push(id);
  return found;
}

/** Actions by recording, except changes. */
async function toldOf(database: Connection): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const events = database.collection<AuditEvent>(AUDIT_EVENTS);
  const ofRecordings = { resource: 'ecg', action: { $ne: 'update' } } as const;
  for await (const { id, action } of events.find(ofRecordings).sort({ action: 1 })) {
    const key = String(id);
    told.set(key, told.has(key) ? `${told.get(key)} ${action}` : action);
  }
  return told;
}

/** Samples by recording and channel. @throws DamagedData if a block is not the one that was written */
async function storedSamples(database: Connection): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { ecg, blocks } of blockCollection(database).find()) {
    for (const block of blocks) {
      const key = `${ecg.toHexString()}/${block.channel}`;
      counts.set(key, (counts.get(key) ?? 0) + decoded(block).length);
    }
  }
  return counts;
}

/** The bytes of whole files by their ids, and the recordings that they and their chunks belong to. */
async function storedFiles(database: Connection): Promise<{ bytes: Map<string, number>; recordings: Set<string> }> {
  const [bytes, recordings] = [new Map<string, number>(), new Set<string>()];
  const stored = new Map<string, number>();
  for await (const { files_id: file, ecg, data } of chunkCollection(database).find()) {
    recordings.add(String(ecg));
    stored.set(String(file), (stored.get(String(file)) ?? 0) + data.length());
  }
  for await (const { _id, ecg, length } of fileCollection(database).find()) {
    recordings.add(String(ecg));
    if ((stored.get(String(_id)) ?? 0) === length) bytes.set(String(_id), length);
  }
  return { bytes, recordings };
}

/** Annotations by recording. */
async function storedAnnotations(database: Connection): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  interface Row {
    _id: Types.ObjectId;
    rows: number;
  }
  const rowsOf = { $group: { _id: '$ecg', rows: { $sum: { $size: '$code' } } } };
  const recordings = database.collection('ecgAnnotations').aggregate<Row>([rowsOf]);
  for await (const { _id, rows } of recordings) counts.set(_id.toHexString(), rows);
  return counts;
}
