/**
 * The write that makes recordings exist. Its outcome is always determined: an unknown outcome is never treated as a
 * failure.
 */
import type { ClientSession, Connection } from 'mongoose';
import { isDuplicateKey } from '../../database/duplicate-key.ts';
import { hasWaitedInVain } from '../../database/failures.ts';
import { wholeDocuments } from '../../database/models.ts';
import { type Along, inTransaction } from '../../database/transaction.ts';
import { heldReferences } from '../../directory/references.ts';
import { notReady, Problem } from '../../errors.ts';
import { endsWithin } from '../../until-aborted.ts';
import { differences, sameBytes, TOLD, type Told } from './alike.ts';
import { recordingsFor } from '../access.ts';
import { type Apart, ecgModel, type ObjectId, type StoredEcg, withExternalId } from '../store/model.ts';
import { listedOf } from '../store/listed.ts';
import type { StoredOriginal } from '../store/original-model.ts';
import { handOver } from '../store/originals.ts';
import { placeOf, publishedAt } from '../store/place.ts';
import { settle } from '../store/settle.ts';
import { takeOff } from '../store/siblings.ts';
import type { Uploads } from '../store/uploads.ts';

/** Whether a sender wants a second recording of content that they already have. */
export type Duplicate = 'refuse' | 'allow';

export interface PublishDeps {
  database: Connection;
  uploads: Uploads;
}

/** A recording that has been stored or already existed, with its block tables. */
export interface Published {
  ecg: StoredEcg;
  created: boolean;
}

/** Attempts while others keep storing the same thing in between. */
const MAX_TRIES = 4;
/** Milliseconds that a client waits for an unknown outcome to be determined; then the sweeper takes over. */
const SETTLE_MS = 2_000;

/**
 * Publishes the recordings of one upload, all or none. A single recording without references is one insert, if nothing
 * else belongs to it; otherwise it is one transaction. A recording that the owner already has is returned instead.
 * Errors: `external-id-taken`, `content-exists`, `reference-unknown`, `not-ready`, those of `along`, and those of the
 * database. After an error none of the recordings is published, unless they have been left to the sweeper.
 */
export async function publish(
  ecgs: readonly StoredEcg[],
  duplicate: Duplicate,
  deps: PublishDeps,
  along: Along<Published[]> | null = null,
): Promise<Published[]> {
  const told = apart(ecgs, duplicate);
  if (told.some(({ _id }) => deps.uploads.isVoid(_id))) throw givenUp();
  try {
    return await stored(told, duplicate, deps.database, along);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const outcome = await certain(told, deps, error);
    if (outcome === null) throw error;
    return outcome;
  }
}

const givenUp = (cause?: unknown): Problem =>
  notReady(cause, 'The upload took too long and was cancelled; send it again.');

/** Recordings of one file may have the same content and still be distinct. Also adds what they are listed by. */
function apart(ecgs: readonly StoredEcg[], duplicate: Duplicate): StoredEcg[] {
  const taken = new Set<string>();
  return ecgs.map((ecg) => {
    const key = (by: Apart): string => JSON.stringify([Buffer.from(ecg.digest.buffer).toString('hex'), by]);
    const own =
      (duplicate === 'allow' && ecg.externalId === null) || taken.has(key(ecg.apart))
        ? ecg._id.toHexString()
        : ecg.apart;
    taken.add(key(own));
    return { ...ecg, apart: own, listed: listedOf(ecg) };
  });
}

async function stored(
  ecgs: readonly StoredEcg[],
  duplicate: Duplicate,
  database: Connection,
  along: Along<Published[]> | null,
): Promise<Published[]> {
  const [only] = ecgs;
  const isAlone = ecgs.length === 1 && only?.patient === null && only.study === null && along === null;
  for (let tries = 1; ; tries++) {
    try {
      // The first time, the insert itself finds out whether the sender's id is taken.
      if (isAlone && only) return [await storedAlone(only, duplicate, database, only.externalId === null || tries > 1)];
      return await inTransaction(database, async (session) => {
        const published = await storedTogether(ecgs, duplicate, database, session);
        await along?.(published, session);
        return published;
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // A marker has taken its place.
      if ('_id' in (error['keyPattern'] as object)) throw givenUp(error);
      if (tries === MAX_TRIES)
        throw notReady(error, 'The same recording was changed during the upload; send it again.');
    }
  }
}

async function storedAlone(
  ecg: StoredEcg,
  duplicate: Duplicate,
  database: Connection,
  looksFirst: boolean,
): Promise<Published> {
  const existing = looksFirst && (await existingOf(ecg, duplicate, database)) !== null;
  const sure = existing ? await certainlyExisting(ecg, duplicate, database) : null;
  if (sure) return { ecg: sure, created: false };
  await wholeDocuments(ecgModel(database)).insertOne(ecg);
  return { ecg, created: true };
}

/**
 * A plain read may return what is not yet stored by a majority, and a crash would take it away after a 200. A
 * transaction that only reads commits once a majority has what it has read.
 */
async function certainlyExisting(
  ecg: StoredEcg,
  duplicate: Duplicate,
  database: Connection,
): Promise<StoredEcg | null> {
  return inTransaction(database, async (session) => existingOf(ecg, duplicate, database, session));
}

async function storedTogether(
  ecgs: readonly StoredEcg[],
  duplicate: Duplicate,
  database: Connection,
  session: ClientSession,
): Promise<Published[]> {
  const results: Published[] = [];
  for (const ecg of ecgs) {
    const attached = { ...ecg, ...(await heldReferences(database, ecg, session)) };
    const existing = await existingOf(attached, duplicate, database, session);
    results.push(existing ? { ecg: existing, created: false } : { ecg: attached, created: true });
  }
  await shareOriginal(ecgs[0]?._id, results, database, session);
  for (const { ecg, created } of results) {
    const siblings = results.map((other) => other.ecg._id).filter((id) => !id.equals(ecg._id));
    if (created) {
      ecg.siblings = siblings;
      await wholeDocuments(ecgModel(database)).insertOne(ecg, { session });
    } else if (!sameIds(siblings, ecg.siblings)) {
      const change = { $set: { siblings, updatedAt: new Date() }, $inc: { version: 1 } };
      await ecgModel(database).updateOne(publishedAt(placeOf(ecg)), change, { session });
      const former = ecg.siblings.filter((id) => !siblings.some((other) => other.equals(id)));
      await takeOff(database, placeOf(ecg), former, session);
      Object.assign(ecg, { siblings, version: ecg.version + 1, updatedAt: change.$set.updatedAt });
    }
  }
  return results;
}

/** The files of an upload belong to its first recording; if that was there already, to the first one that is new. */
async function shareOriginal(
  holder: ObjectId | undefined,
  results: readonly Published[],
  database: Connection,
  session: ClientSession,
): Promise<void> {
  const created = results.flatMap((one) => (one.created && one.ecg.original ? [one.ecg] : []));
  const [heir] = created;
  if (!holder || !heir) return;
  for (const ecg of created) ecg.original = { ...(ecg.original as StoredOriginal), isShared: created.length > 1 };
  if (!heir._id.equals(holder)) await handOver(database, holder, heir._id, session);
}

const sameIds = (a: readonly ObjectId[], b: readonly ObjectId[]): boolean =>
  a.length === b.length && a.every((id) => b.some((other) => other.equals(id)));

/**
 * The recording that an upload repeats: the one with the same id or, if the upload has no id, the one with the same
 * content.
 * Errors: `external-id-taken`, `content-exists`.
 */
async function existingOf(
  ecg: StoredEcg,
  duplicate: Duplicate,
  database: Connection,
  session?: ClientSession,
): Promise<StoredEcg | null> {
  const ecgs = ecgModel(database);
  const own = recordingsFor(ecg.owner, 'own');
  const within = session ?? null;
  if (ecg.externalId !== null) {
    const existing = await ecgs
      .findOne({ ...own, ...withExternalId(ecg.externalId) })
      .session(within)
      .lean<StoredEcg>();
    if (existing && !sameBytes(existing.digest, ecg.digest)) {
      throw new Problem(
        'external-id-taken',
        `You have another recording with the id "${ecg.externalId}". ` +
          'Give this one another id, or delete that one first.',
      );
    }
    return existing;
  }
  if (duplicate === 'allow') return null;
  const alike = { ...own, digest: ecg.digest, part: ecg.part };
  let other: (Told & { _id: ObjectId }) | null = null;
  for await (const one of ecgs.find(alike, TOLD).session(within).lean<(Told & { _id: ObjectId })[]>()) {
    if (differences(one, ecg).length === 0)
      return ecgs
        .findOne({ ...own, _id: one._id })
        .session(within)
        .lean<StoredEcg>();
    other ??= one;
  }
  if (!other) return null;
  throw new Problem(
    'content-exists',
    `You already have this recording, as ${other._id.toHexString()}, with different values of: ` +
      `${differences(other, ecg).join(', ')}. Change that one, or send this one with ?duplicate=allow to keep both.`,
  );
}

/**
 * Determines an unknown outcome. Returns the recordings if they were published after all. Returns null if they
 * certainly were not and never will be, or if this cannot be determined now: then they are left to the sweeper.
 */
async function certain(
  ecgs: readonly StoredEcg[],
  { database, uploads }: PublishDeps,
  error: unknown,
): Promise<Published[] | null> {
  const places = ecgs.map(placeOf);
  for (const place of places) uploads.leave(place);
  const settling = (async () => {
    const published: Published[] = [];
    for (const place of places) {
      const outcome = await settle(database, place);
      if (outcome === 'removed') uploads.settled(place.id.toHexString());
      const ecg = outcome === 'removed' ? null : await ecgModel(database).findOne(publishedAt(place)).lean<StoredEcg>();
      if (ecg) published.push({ ecg, created: true });
    }
    return published.length < ecgs.length ? null : published;
  })().catch(() => null);
  const isSettled = !hasWaitedInVain(error) && (await endsWithin(SETTLE_MS, settling));
  const outcome = isSettled ? await settling : null;
  for (const { ecg } of outcome ?? []) uploads.settled(ecg._id.toHexString());
  return outcome;
}
