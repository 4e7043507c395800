/**
 * The uploads of one instance of the service. Each recording has its id registered in the database before anything of
 * it is written, so that what a crash leaves behind is found without looking at a single healthy recording. Ids are
 * registered in advance, many at a time, so that an upload costs no write for it; they are renewed with each heartbeat,
 * since recordings are listed in their order.
 */
import { type Collection, type Connection, Types } from 'mongoose';
import { isDuplicateKey } from '../../database/duplicate-key.ts';
import type { Audited, ObjectId } from './model.ts';
import type { Place } from './place.ts';

/** Ids that are registered in advance, and how few may be left before more are. */
const RESERVE = 256;
const LOW_RESERVE = 128;
/** How often an instance says that it lives. */
export const HEARTBEAT_MS = 10_000;
/** A heartbeat that comes so long after the last one has been missed. */
const MISSED_MS = 1.5 * HEARTBEAT_MS;
/** So long after a missed one all that live have had time for theirs. */
const STEADY_MS = 2 * HEARTBEAT_MS;

/** One instance: its heartbeat and what it may be writing. Times are the database's. */
export interface StoredInstance {
  _id: ObjectId;
  seenAt: Date;
  /** No heartbeat has been missed since. Instances of earlier versions have none. */
  steadySince?: Date;
  /** Registered ids: of uploads under way, and of none yet. Instances of earlier versions have none. */
  drafts?: ObjectId[];
  /** When another instance took it for dead. From then on its registration is void, and it takes a new id. */
  fencedAt?: Date;
}

export const instanceCollection = (database: Connection): Collection<StoredInstance> =>
  database.collection<StoredInstance>('instances');

const ago = (ms: number): object => ({ $subtract: ['$$NOW', ms] });

export class Uploads {
  /** Ids of recordings that are being written here. */
  readonly active = new Set<string>();
  /** The places of recordings, by id, that could not be settled while they were uploaded: the sweeper's. */
  readonly unsettled = new Map<string, Place>();
  /** Published recordings, by id, of which the audit has not been told. */
  readonly untold = new Map<string, Audited>();
  /** Of the active ones, those that others may have swept: this instance was taken for dead while they were written. */
  readonly #void = new Set<string>();
  #id = new Types.ObjectId();
  /** Whether a registration under this id is known to have succeeded. */
  #isRegistered = false;
  #reserve: ObjectId[] = [];
  /** Ids of a registration whose outcome is not known: they are registered again, so that failures do not pile up. */
  #offered: ObjectId[] = [];
  #ended: ObjectId[] = [];
  #registering: Promise<void> | null = null;

  /** This instance, as it stands in what it writes. */
  get instance(): ObjectId {
    return this.#id;
  }

  /** The id of a new recording, registered. Errors: those of the database. */
  async begin(database: Connection): Promise<ObjectId> {
    while (this.#reserve.length === 0) await this.#register(database);
    // Who fails to get more in advance will be told when there is none left.
    if (this.#reserve.length < LOW_RESERVE) void this.#register(database).catch(() => undefined);
    const id = this.#reserve.shift() as ObjectId;
    this.active.add(id.toHexString());
    return id;
  }

  /**
   * Whether a recording may have been swept while it was written, so that it must not be published: the marker that
   * would keep it from being published goes after a day.
   */
  isVoid(id: ObjectId): boolean {
    return this.#void.has(id.toHexString());
  }

  /** The recording is published, or nothing of it is left; or it is unsettled. */
  end(id: ObjectId): void {
    this.active.delete(id.toHexString());
    this.#void.delete(id.toHexString());
    this.#release(id);
  }

  /** The recording is published for good. It stays registered until the audit has been told. */
  published({ _id, owner, patient, createdAt }: Audited): void {
    this.untold.set(_id.toHexString(), { _id, owner, patient, createdAt });
  }

  /** The audit has been told. */
  told(id: ObjectId): void {
    if (this.untold.delete(id.toHexString())) this.#release(id);
  }

  /** Leaves a recording to the sweeper: whether it was published, or whether anything of it is left, is not known. */
  leave(place: Place): void {
    this.unsettled.set(place.id.toHexString(), place);
  }

  /** What was left is settled. */
  settled(id: string): void {
    if (this.unsettled.delete(id)) this.#release(new Types.ObjectId(id));
  }

  /** Takes a recording off the registration, unless there is a reason left for it to stay. */
  #release(id: ObjectId): void {
    const states = [this.active, this.unsettled, this.untold];
    if (!states.some((those) => those.has(id.toHexString()))) this.#ended.push(id);
  }

  /** The heartbeat: what was registered in advance some time ago is replaced. Errors: those of the database. */
  async beat(database: Connection): Promise<void> {
    this.#ended.push(...this.#reserve.splice(0));
    await this.#register(database);
  }

  /**
   * Whether this instance may judge by their heartbeats whether others live. After an outage of the database, or of all
   * of them, the first to be back finds everybody silent, and must leave them time for a heartbeat. Errors: those of
   * the database.
   */
  async isSteady(database: Connection): Promise<boolean> {
    const isRecent = { $gt: ['$seenAt', ago(MISSED_MS)] };
    const isLong = { $lte: [{ $ifNull: ['$steadySince', '$$NOW'] }, ago(STEADY_MS)] };
    const own = { _id: this.#id, fencedAt: { $exists: false }, $expr: { $and: [isRecent, isLong] } };
    return (await instanceCollection(database).findOne(own, { projection: { _id: 1 } })) !== null;
  }

  /**
   * Registers new ids in advance and takes ended ones off. Simultaneous calls share one write. Errors: those of the
   * database.
   */
  #register(database: Connection): Promise<void> {
    this.#registering ??= this.#write(database).finally(() => {
      this.#registering = null;
    });
    return this.#registering;
  }

  async #write(database: Connection): Promise<void> {
    const isRepeated = this.#offered.length > 0;
    if (!isRepeated) {
      this.#offered = Array.from({ length: RESERVE - this.#reserve.length }, () => new Types.ObjectId());
    }
    const fresh = this.#offered;
    const ended = this.#ended;
    this.#ended = [];
    try {
      await this.#stored(database, fresh, ended);
    } catch (error) {
      this.#ended = [...ended, ...this.#ended];
      throw error;
    }
    this.#offered = [];
    // Recordings are listed in the order of their ids: those of an earlier attempt are too old to be used.
    if (isRepeated) this.#ended = [...this.#ended, ...fresh];
    else this.#reserve.push(...fresh);
  }

  async #stored(database: Connection, fresh: ObjectId[], ended: ObjectId[]): Promise<void> {
    try {
      await this.#put(database, fresh, ended);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      this.#startAnew();
      await this.#put(database, fresh, ended);
    }
  }

  /** Errors: those of the database; a duplicate key says that this instance was taken for dead. */
  async #put(database: Connection, fresh: ObjectId[], ended: ObjectId[]): Promise<void> {
    const kept = { $setDifference: [{ $ifNull: ['$drafts', []] }, ended] };
    const writing = this.#isRegistered ? [] : [...this.active, ...this.unsettled.keys(), ...this.untold.keys()];
    const added = [...fresh, ...writing.map((id) => new Types.ObjectId(id))];
    // A missing time counts as long ago.
    const isMissed = { $lt: ['$seenAt', ago(MISSED_MS)] };
    const steadySince = { $cond: [isMissed, '$$NOW', { $ifNull: ['$steadySince', '$$NOW'] }] };
    await instanceCollection(database).updateOne(
      { _id: this.#id, fencedAt: { $exists: false } },
      [{ $set: { seenAt: '$$NOW', steadySince, drafts: { $setUnion: [kept, added] } } }],
      { upsert: true },
    );
    this.#isRegistered = true;
  }

  /** Takes a new id. What was being written may have been swept. */
  #startAnew(): void {
    for (const id of this.active) this.#void.add(id);
    this.#id = new Types.ObjectId();
    this.#isRegistered = false;
    this.#reserve = [];
  }
}
