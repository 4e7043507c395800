/**
 * The uploads of one instance of the service. The id of each recording is registered in the database before anything of
 * it is written, so that leftovers of a crash are found without looking at healthy recordings. Ids are registered in
 * advance, many at a time, so that an upload costs no write for it. They are replaced with each heartbeat, since
 * recordings are listed in the order of their ids.
 */
import { type Connection, Types } from 'mongoose';
import { isDuplicateKey } from '../../database/duplicate-key.ts';
import { type Audited, instanceCollection, type ObjectId } from './model.ts';
import type { Place } from './place.ts';

/** Number of ids registered in advance, and the number below which more are registered. */
const RESERVE = 256;
const LOW_RESERVE = 128;
/** Milliseconds between heartbeats. */
export const HEARTBEAT_MS = 10_000;
/** Milliseconds after the last heartbeat at which one counts as missed. */
const MISSED_MS = 1.5 * HEARTBEAT_MS;
/** Milliseconds after a missed heartbeat by which every live instance has had time for one. */
const STEADY_MS = 2 * HEARTBEAT_MS;

const ago = (ms: number): object => ({ $subtract: ['$$NOW', ms] });

export class Uploads {
  /** Ids of recordings that are being written here. */
  readonly active = new Set<string>();
  /** Places, by id, of recordings that could not be settled during their upload; the sweeper settles them. */
  readonly unsettled = new Map<string, Place>();
  /** Published recordings, by id, without an audit event so far. */
  readonly unaudited = new Map<string, Audited>();
  /** Active recordings that others may have swept: this instance was considered dead while they were written. */
  readonly #void = new Set<string>();
  #id = new Types.ObjectId();
  /** Whether a registration under this id is known to have succeeded. */
  #isRegistered = false;
  #reserve: ObjectId[] = [];
  /** Ids of a registration with an unknown outcome. They are registered again, so that failures do not accumulate. */
  #offered: ObjectId[] = [];
  #ended: ObjectId[] = [];
  #registering: Promise<void> | null = null;

  /** The id of this instance, stored in what it writes. */
  get instance(): ObjectId {
    return this.#id;
  }

  /** Returns a registered id for a new recording. Errors: those of the database. */
  async begin(database: Connection): Promise<ObjectId> {
    while (this.#reserve.length === 0) await this.#register(database);
    // A failure is reported when there is no id left.
    if (this.#reserve.length < LOW_RESERVE) void this.#register(database).catch(() => undefined);
    const id = this.#reserve.shift() as ObjectId;
    this.active.add(id.toHexString());
    return id;
  }

  /**
   * Whether a recording may have been swept while it was written. It must not be published then: the marker that would
   * prevent it expires after a day.
   */
  isVoid(id: ObjectId): boolean {
    return this.#void.has(id.toHexString());
  }

  /** To be called when the recording is published, unsettled, or completely removed. */
  end(id: ObjectId): void {
    this.active.delete(id.toHexString());
    this.#void.delete(id.toHexString());
    this.#release(id);
  }

  /** To be called when the recording is published for good. It stays registered until its audit event is written. */
  published({ _id, owner, patient, createdAt }: Audited): void {
    this.unaudited.set(_id.toHexString(), { _id, owner, patient, createdAt });
  }

  /** To be called when the audit event is written. */
  audited(id: ObjectId): void {
    if (this.unaudited.delete(id.toHexString())) this.#release(id);
  }

  /** Leaves a recording to the sweeper: it is unknown whether it was published, or whether anything of it is left. */
  leave(place: Place): void {
    this.unsettled.set(place.id.toHexString(), place);
  }

  /** To be called when a recording that was left is settled. */
  settled(id: string): void {
    if (this.unsettled.delete(id)) this.#release(new Types.ObjectId(id));
  }

  /** Ends the registration of a recording unless it is still needed. */
  #release(id: ObjectId): void {
    const states = [this.active, this.unsettled, this.unaudited];
    if (!states.some((those) => those.has(id.toHexString()))) this.#ended.push(id);
  }

  /** Sends a heartbeat and replaces the ids that were registered in advance. Errors: those of the database. */
  async beat(database: Connection): Promise<void> {
    this.#ended.push(...this.#reserve.splice(0));
    await this.#register(database);
  }

  /**
   * Whether this instance may judge by their heartbeats which others are alive. After an outage, the first instance to
   * return finds all others silent, and must give them time for a heartbeat. Errors: those of the database.
   */
  async isSteady(database: Connection): Promise<boolean> {
    const isRecent = { $gt: ['$seenAt', ago(MISSED_MS)] };
    const isLong = { $lte: [{ $ifNull: ['$steadySince', '$$NOW'] }, ago(STEADY_MS)] };
    const own = { _id: this.#id, fencedAt: { $exists: false }, $expr: { $and: [isRecent, isLong] } };
    return (await instanceCollection(database).findOne(own, { projection: { _id: 1 } })) !== null;
  }

  /**
   * Registers new ids in advance and removes those of ended uploads. Simultaneous calls share one write. Errors: those
   * of the database.
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
    // Recordings are listed in the order of their ids; those of an earlier attempt are too old to be used.
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

  /** Errors: those of the database. A duplicate key means that this instance was considered dead. */
  async #put(database: Connection, fresh: ObjectId[], ended: ObjectId[]): Promise<void> {
    const kept = { $setDifference: [{ $ifNull: ['$drafts', []] }, ended] };
    const writing = this.#isRegistered ? [] : [...this.active, ...this.unsettled.keys(), ...this.unaudited.keys()];
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

  /** Takes a new id. Active uploads may have been swept. */
  #startAnew(): void {
    for (const id of this.active) this.#void.add(id);
    this.#id = new Types.ObjectId();
    this.#isRegistered = false;
    this.#reserve = [];
  }
}
