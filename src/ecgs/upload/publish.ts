/**
 * The write that makes recordings exist. What its outcome is, is always made certain: an unknown one is never taken for
 * a failure.
 */
import type { ClientSession, Connection } from 'mongoose';
import { isDuplicateKey } from '../../database/duplicate-key.ts';
import { hasWaitedInVain } from '../../database/failures.ts';
import { wholeDocuments } from '../../database/models.ts';
import { inTransaction } from '../../database/transaction.ts';
import { heldReferences } from '../../directory/references.ts';
import { notReady, Problem } from '../../errors.ts';
import { endsWithin } from '../../until-aborted.ts';
import { differences, sameBytes, TOLD, type Told } from './alike.ts';
import { recordingsFor } from '../access.ts';
import { type Apart, ecgModel, type ObjectId, type StoredEcg } from '../store/model.ts';
import { placeOf, publishedAt } from '../store/place.ts';
import { settle } from '../store/settle.ts';
import { takeOff } from '../store/siblings.ts';
import type { Uploads } from '../store/uploads.ts';

/** Whether a sender wants a second recording of a content that they have already. */
export type Duplicate = 'refuse' | 'allow';

export interface PublishDeps {
  database: Connection;
  uploads: Uploads;
}

/** A recording that is stored now, or was there already. Either comes with its block tables. */
export interface Published {
  ecg: StoredEcg;
  created: boolean;
}

/** How often publishing is repeated when somebody else has stored the same thing in between. */
const MAX_TRIES = 4;
/** So long a client waits for what an unknown outcome has come to; then the sweeper is left with it. */
const SETTLE_MS = 2_000;

/**
 * Publishes the recordings of one upload, all or none: a single one that refers to nothing by one insert, others in one
 * transaction. Where their owner has one of them already, that one is answered.
 * Errors: `external-id-taken`, `content-exists`, `reference-unknown`, `not-ready`, and those of the database. After an
 * error none of them is published, unless they have been left to the sweeper.
 */
export async function publish(
  ecgs: readonly StoredEcg[],
  duplicate: Duplicate,
  deps: PublishDeps,
): Promise<Published[]> {
  const told = apart(ecgs, duplicate);
  if (told.some(({ _id }) => deps.uploads.isVoid(_id))) throw givenUp();
  try {
    return await stored(told, duplicate, deps.database);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const outcome = await certain(told, deps, error);
    if (outcome === null) throw error;
    return outcome;
  }
}

const givenUp = (cause?: unknown): Problem =>
  notReady(cause, 'The upload took too long and was given up; send it again.');

/** Recordings of one file may have the same content, and still are two. */
function apart(ecgs: readonly StoredEcg[], duplicate: Duplicate): StoredEcg[] {
  const taken = new Set<string>();
  return ecgs.map((ecg) => {
    const key = (by: Apart): string => JSON.stringify([Buffer.from(ecg.digest.buffer).toString('hex'), by]);
    const own =
      (duplicate === 'allow' && ecg.externalId === null) || taken.has(key(ecg.apart))
        ? ecg._id.toHexString()
        : ecg.apart;
    taken.add(key(own));
    return { ...ecg, apart: own };
  });
}

async function stored(ecgs: readonly StoredEcg[], duplicate: Duplicate, database: Connection): Promise<Published[]> {
  const [only] = ecgs;
  const isAlone = ecgs.length === 1 && only?.patient === null && only.study === null;
  for (let tries = 1; ; tries++) {
    try {
      // An id of the sender's own is looked for by the insert itself, the first time.
      if (isAlone && only) return [await storedAlone(only, duplicate, database, only.externalId === null || tries > 1)];
      return await inTransaction(database, async (session) => storedTogether(ecgs, duplicate, database, session));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      // A marker has taken the place.
      if ('_id' in (error['keyPattern'] as object)) throw givenUp(error);
      if (tries === MAX_TRIES)
        throw notReady(error, 'The upload was overtaken by changes to the same recording; send it again.');
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
 * What a plain read finds may be applied and not yet stored by a majority: a crash would take it away behind a 200. A
 * transaction that only reads is committed when a majority has what it read.
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

const sameIds = (a: readonly ObjectId[], b: readonly ObjectId[]): boolean =>
  a.length === b.length && a.every((id) => b.some((other) => other.equals(id)));

/**
 * The recording that an upload repeats: the one under its id, or where it has none the one of the same content.
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
      .findOne({ ...own, externalId: ecg.externalId })
      .session(within)
      .lean<StoredEcg>();
    if (existing && !sameBytes(existing.digest, ecg.digest)) {
      throw new Problem(
        'external-id-taken',
        `You have another recording with the id "${ecg.externalId}". Give this one another id, or delete that one first.`,
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
    `You have this recording already, as ${other._id.toHexString()}, with other values of: ` +
      `${differences(other, ecg).join(', ')}. Change that one, or send this one with ?duplicate=allow to keep both.`,
  );
}

/**
 * After an unknown outcome: the recordings, where they were published after all. Null where it is certain that they
 * were not and never will be, and where it cannot be found out now: then the sweeper is left with them.
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
