/**
 * Uploads of which a recording is being made. A claim keeps two requests from doing so at the same time; it is renewed
 * while the work goes on, with its progress, and ends by itself if the instance is killed.
 */
import { type Connection, type QueryFilter, Types } from 'mongoose';
import { Problem } from '../errors.ts';
import { endsWithin } from '../until-aborted.ts';
import type { Limits } from '../startup/config.ts';
import { expiry } from './begin.ts';
import { type FoundUpload, ownUpload } from './find.ts';
import { type ObjectId, type StoredProblem, type StoredUpload, uploadModel } from './model.ts';
import { removePieces } from './pieces.ts';

const LEASE_MS = 15_000;
/** Milliseconds between two writes of the progress. */
const PROGRESS_MS = 1_000;
/** Progress writes without a change after which the claim is renewed nevertheless. */
const RENEWAL = 5;
/** Milliseconds that a client waits for the end to be written; without it, the claim ends by itself. */
const END_MS = 2_000;

const until = { $add: ['$$NOW', LEASE_MS] };
const changed = { version: { $add: ['$version', 1] } };

/** Complete, and not claimed by anybody who is still at work. */
const FREE: QueryFilter<StoredUpload> = {
  $or: [{ state: { $in: ['complete', 'failed'] } }, { state: 'ingesting', $expr: { $lt: ['$claim.until', '$$NOW'] } }],
};

/** Not claimed by anybody who is still at work. */
export const UNCLAIMED: QueryFilter<StoredUpload> = {
  $or: [{ state: { $ne: 'ingesting' } }, { $expr: { $lt: ['$claim.until', '$$NOW'] } }],
};

/** What has already been made of the same uploads. */
export interface Made {
  recordings: readonly ObjectId[];
}

/**
 * Claims uploads, or finds what was made of them: a repetition after a lost answer gets the same recordings.
 * @param said a digest of everything that the request says besides
 * Errors: `not-found`, `upload-expired`, `upload-incomplete`, `upload-in-use`, `upload-used`.
 */
export async function claimUploads(
  database: Connection,
  userId: string,
  ids: readonly string[],
  said: string,
  limits: Limits,
): Promise<Claim | Made> {
  const uploads: FoundUpload[] = [];
  for (const id of ids) uploads.push(await ownUpload(database, userId, id));
  const of = uploads.map(({ _id }) => _id).toSorted((a, b) => (a.toHexString() < b.toHexString() ? -1 : 1));
  const made = uploads.find(({ state }) => state === 'done');
  if (made) {
    const isSame = made.claim?.of.join() === of.join();
    if (isSame && made.claim?.said === said) {
      await endOthers(database, of, made.recordings);
      return { recordings: made.recordings };
    }
    throw new Problem(
      'upload-used',
      `The recording ${made.recordings.join(' and ')} was made of ${nameOf(made)}, with other ` +
        `${isSame ? 'values or parameters: change that with PATCH' : 'files'}, or upload it again for another one.`,
    );
  }
  const claim = new Claim(database, limits, uploads, said);
  try {
    for (const _id of of) await claim.take(_id, of);
  } catch (error) {
    await claim.release();
    throw error;
  }
  return claim;
}

/** Ends those that an instance could not end before it was killed. */
async function endOthers(
  database: Connection,
  of: readonly ObjectId[],
  recordings: readonly ObjectId[],
): Promise<void> {
  const end = { state: 'done', recordings: [...recordings], bytesRead: '$length', ...changed };
  await uploadModel(database).updateMany({ _id: { $in: of }, ...FREE }, [{ $set: end }]);
}

const nameOf = ({ _id, name }: StoredUpload): string => name ?? `the upload ${_id.toHexString()}`;

function refusal(upload: FoundUpload | undefined): Problem {
  if (upload?.state === 'receiving')
    return new Problem(
      'upload-incomplete',
      `${upload.offset} of ${upload.length} bytes of ${nameOf(upload)} are stored. Send the rest first.`,
    );
  return new Problem(
    'upload-in-use',
    'Another request is making a recording of it. Follow it with GET /uploads/{id}, or try again when it has ended.',
  );
}

/** The uploads of one request, as long as it works on them. */
export class Claim {
  readonly #database: Connection;
  readonly #limits: Limits;
  readonly #said: string;
  readonly #id = new Types.ObjectId();
  readonly #taken: ObjectId[] = [];
  /** In the order of the request. */
  readonly uploads: readonly FoundUpload[];
  /** Bytes read, by the id of the upload. */
  readonly #read = new Map<string, number>();
  readonly #written = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #isWriting = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(database: Connection, limits: Limits, uploads: readonly FoundUpload[], said: string) {
    this.#database = database;
    this.#limits = limits;
    this.uploads = uploads;
    this.#said = said;
  }

  /** Errors: `upload-incomplete`, `upload-in-use`. */
  async take(_id: ObjectId, of: readonly ObjectId[]): Promise<void> {
    const claim = { id: this.#id, of: [...of], said: this.#said, until };
    const start = { state: 'ingesting', claim, bytesRead: 0, problem: null, expiresAt: expiry(this.#limits) };
    // Before its outcome is known: if the answer is lost, it is released again.
    this.#taken.push(_id);
    const { matchedCount } = await uploadModel(this.#database).updateOne({ _id, ...FREE }, [
      { $set: { ...start, ...changed } },
    ]);
    if (matchedCount === 0) throw refusal(this.uploads.find((upload) => upload._id.equals(_id)));
    this.#timer ??= setInterval(() => this.#write(), PROGRESS_MS).unref();
  }

  /** Notes that so many more bytes of an upload have been read. */
  hasRead(upload: StoredUpload, bytes: number): void {
    const key = upload._id.toHexString();
    this.#read.set(key, (this.#read.get(key) ?? 0) + bytes);
  }

  /** The claim ends, and the uploads are as before. */
  async release(): Promise<void> {
    await this.#end({ state: 'complete' });
  }

  /** The claim ends: no recording could be made. */
  async failed(problem: StoredProblem): Promise<void> {
    await this.#end({ state: 'failed', problem: { $literal: problem } });
  }

  /** The claim ends: the bytes are not needed any more. */
  async done(recordings: readonly ObjectId[]): Promise<void> {
    await this.#end({ state: 'done', recordings: [...recordings], bytesRead: '$length' }, async (ended) => {
      for (const _id of ended) await removePieces(this.#database, _id);
    });
  }

  /**
   * Never rejects: what cannot be written now is found out by the client's next request, since the same content makes
   * the same recording, and what cannot be removed now is swept.
   */
  async #end(fields: object, next?: (ended: readonly ObjectId[]) => Promise<void>): Promise<void> {
    clearInterval(this.#timer);
    const mine = { 'claim.id': this.#id, state: 'ingesting' as const };
    const end = [{ $set: { expiresAt: expiry(this.#limits), ...fields, ...changed } }];
    const ending = async (): Promise<void> => {
      await this.#writing;
      const ended: ObjectId[] = [];
      // One by one: the driver repeats such a write if its answer is lost.
      for (const _id of this.#taken) {
        const { matchedCount } = await uploadModel(this.#database).updateOne({ _id, ...mine }, end);
        if (matchedCount === 1) ended.push(_id);
      }
      await next?.(ended);
    };
    const quietly = ending().catch(() => undefined);
    await endsWithin(END_MS, quietly);
  }

  /** Writes the progress, and renews the claim. */
  #write(): void {
    this.#ticks += 1;
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#writeAll()
      .catch(() => undefined)
      .finally(() => {
        this.#isWriting = false;
      });
  }

  async #writeAll(): Promise<void> {
    for (const upload of this.uploads) await this.#writeOne(upload);
  }

  async #writeOne({ _id, length }: FoundUpload): Promise<void> {
    const key = _id.toHexString();
    // A decoder may read a file twice.
    const bytesRead = Math.min(length, this.#read.get(key) ?? 0);
    const isSame = this.#written.get(key) === bytesRead;
    if (isSame && this.#ticks % RENEWAL !== 0) return;
    const renewed = { 'claim.until': until, expiresAt: expiry(this.#limits) };
    await uploadModel(this.#database).updateOne({ _id, 'claim.id': this.#id, state: 'ingesting' }, [
      { $set: isSame ? renewed : { ...renewed, bytesRead, ...changed } },
    ]);
    this.#written.set(key, bytesRead);
  }
}
