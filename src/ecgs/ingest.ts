/** An upload on its way into the database: decode → cut into blocks → summarise → store → publish. */
import { type Connection, mongo, Types } from 'mongoose';
import { withReferences } from '../directory/references.ts';
import { Problem } from '../errors.ts';
import type { DecodedRecording, DecoderEvent, FormatId } from '../formats/types.ts';
import { Draft } from './draft.ts';
import { ecgModel, type ObjectId, type StoredEcg } from './model.ts';

/** The uploads of one instance of the service: what it is writing is not an orphan. */
export interface Uploads {
  instance: ObjectId;
  /** Ids of recordings that are being written. */
  active: Set<string>;
}

export const createUploads = (): Uploads => ({ instance: new Types.ObjectId(), active: new Set() });

export interface IngestDeps {
  database: Connection;
  uploads: Uploads;
  clinicTimezone: string;
}

export interface Ingested {
  ecg: StoredEcg;
  /** False where the owner had the same content under this id already. */
  created: boolean;
  /** What was in the upload and is not kept, in words. */
  warnings: string[];
}

/**
 * Takes every recording of a decoded upload in, or none: whatever fails, nothing of it stays and nothing was ever visible.
 * @param complete adds to a decoded recording what is said of it elsewhere
 * Errors: those of the decoder and of `complete`; `external-id-taken`, `recording-invalid`, `reference-unknown`.
 */
export async function ingest(
  events: AsyncIterable<DecoderEvent>, owner: ObjectId, format: FormatId, deps: IngestDeps, complete = async (recording: DecodedRecording): Promise<DecodedRecording> => recording,
): Promise<Ingested[]> {
  const drafts: Draft[] = [];
  const finished: Omit<Ingested, 'created'>[] = [];
  const published: Ingested[] = [];
  const open = (): Draft => {
    const draft = new Draft(deps.database, owner, deps.uploads.instance);
    deps.uploads.active.add(draft.id.toHexString());
    drafts.push(draft);
    return draft;
  };
  try {
    let draft: Draft | undefined;
    for await (const event of events) {
      draft ??= open();
      if (event.kind === 'zero-level') draft.setZeroLevel(event.channel, event.zeroLevel);
      else if (event.kind === 'samples') {
        draft.append(event.channel, event.samples);
        await draft.room();
      } else if (event.kind === 'channel-end') {
        draft.endChannel(event.channel);
        await draft.room();
      } else if (event.kind === 'annotations') {
        await draft.annotate(event.annotations);
      } else {
        const recording = await complete(event.recording);
        finished.push({ ecg: await draft.finish(recording, format, deps.clinicTimezone), warnings: recording.warnings });
        draft = undefined;
      }
    }
    for (const { ecg } of finished) ecg.siblings = othersOf(ecg, finished);
    for (const recording of finished) published.push(await publish(recording, deps.database));
    if (published.length > 1 && published.some(({ created }) => !created)) await linkAgain(published, deps.database);
    await Promise.all(published.map(async ({ created }, i) => created ? undefined : drafts[i]?.discard()));
    return published;
  } catch (error) {
    await withdraw(published, deps.database);
    // What cannot be removed now is the sweeper's.
    await Promise.allSettled(drafts.map(async (draft) => draft.discard()));
    throw error;
  } finally {
    for (const draft of drafts) deps.uploads.active.delete(draft.id.toHexString());
  }
}

const othersOf = (ecg: StoredEcg, all: readonly { ecg: StoredEcg }[]): ObjectId[] => all.filter((other) => !other.ecg._id.equals(ecg._id)).map((other) => other.ecg._id);

/** Where some recordings of a file were there already, and others are new. */
async function linkAgain(published: readonly Ingested[], database: Connection): Promise<void> {
  for (const { ecg } of published) {
    ecg.siblings = othersOf(ecg, published);
    await ecgModel(database).updateOne({ _id: ecg._id, owner: ecg.owner }, { $set: { siblings: ecg.siblings } });
  }
}

/** Takes back the recordings of an upload whose later ones could not be published. */
async function withdraw(published: readonly Ingested[], database: Connection): Promise<void> {
  const created = published.filter((recording) => recording.created).map((recording) => recording.ecg._id);
  if (created.length > 0) await ecgModel(database).collection.deleteMany({ _id: { $in: created } });
}

/** The one write that makes a recording exist; one transaction with its patient and study where it names them. The unique index on (owner, id) decides between two uploads at the same time. */
async function publish(recording: Omit<Ingested, 'created'>, database: Connection): Promise<Ingested> {
  const model = ecgModel(database);
  const { ecg, warnings } = recording;
  try {
    const stored = await withReferences(database, ecg, async (references, session) => {
      const attached = { ...ecg, ...references };
      await model.collection.insertOne(attached, session && { session });
      return attached;
    });
    return { ecg: stored, created: true, warnings };
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) throw error;
    if (!('externalId' in (error['keyPattern'] as object))) throw new Problem('not-ready', 'The upload took too long and was given up; send it again.', { cause: error });
    const existing = await model.findOne({ owner: ecg.owner, externalId: ecg.externalId }).lean<StoredEcg>();
    if (!existing) throw new Problem('not-ready', 'The upload was overtaken by a change to the same recording; send it again.', { cause: error });
    if (!Buffer.from(existing.digest.buffer).equals(Buffer.from(ecg.digest.buffer))) {
      throw new Problem('external-id-taken', `You have another recording with the id "${ecg.externalId}". Give this one another id, or delete that one first.`);
    }
    return { ecg: existing, created: false, warnings };
  }
}
