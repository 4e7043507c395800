/** An upload on its way into the database: decode → cut into blocks → summarise → store → publish → confirm. */
import type { Connection } from 'mongoose';
import { isAway } from '../../database/failures.ts';
import { notReady, Problem } from '../../errors.ts';
import type { DecodedRecording, DecoderEvent, FormatId } from '../../formats/types.ts';
import { endsWithin } from '../../until-aborted.ts';
import { differences, tells, type ToldField } from './alike.ts';
import { removeContent } from '../store/content.ts';
import { Draft } from './draft.ts';
import { heal } from './heal.ts';
import type { ObjectId, StoredEcg } from '../store/model.ts';
import { placeOf } from '../store/place.ts';
import { type Duplicate, publish, type Published } from './publish.ts';
import { assumptions } from '../store/scale.ts';
import { unpublish } from '../store/settle.ts';
import type { Uploads } from '../store/uploads.ts';

export interface IngestDeps {
  database: Connection;
  uploads: Uploads;
  clinicTimezone: string;
}

/** What an upload says and asks beside its signals. */
export interface IngestOptions {
  owner: ObjectId;
  format: FormatId;
  /** Default: `refuse`. */
  duplicate?: Duplicate | undefined;
  /** Adds to a decoded recording what is said of it elsewhere. */
  complete?: (recording: DecodedRecording) => Promise<DecodedRecording>;
  /** Rejects with a Problem where the owner may not upload any more; called when the recordings are published. */
  confirm?: () => Promise<void>;
}

export interface Ingested {
  ecg: StoredEcg;
  /** False where the owner had the same content already. */
  created: boolean;
  /** What was in the upload and is not kept, in words. */
  warnings: string[];
}

/** So long a client waits until what is not kept of their upload has been removed. */
const DISCARD_MS = 2_000;

const LACKING =
  'annotations: the recording exists but has lost marks, and this file has other ones; upload the original file to restore them';

/** What to do about what a recording that exists does not take over. */
const REMEDY: Readonly<Record<ToldField, string>> = {
  patient: 'change it with PATCH',
  study: 'change it with PATCH',
  notes: 'change it with PATCH',
  subject: 'use another id to keep both',
  annotations: 'use another id to keep both',
};

/** A recording that is stored and not published. */
interface Finished {
  draft: Draft;
  ecg: StoredEcg;
  warnings: string[];
}

/**
 * Takes every recording of a decoded upload in, or none: whatever fails, nothing of it stays and nothing is visible.
 * Only where a recording that existed has gone by then, or cannot be made whole, the new ones beside it stay; sent
 * again, they are found. Where the outcome cannot be found out in time, the error of the database is thrown and the
 * sweeper finds it out.
 * Errors: those of the decoder, of `complete` and of `confirm`; `external-id-taken`, `content-exists`,
 * `recording-invalid`, `reference-unknown`, `not-ready`.
 */
export async function ingest(
  events: AsyncIterable<DecoderEvent>,
  options: IngestOptions,
  deps: IngestDeps,
): Promise<Ingested[]> {
  const drafts: Draft[] = [];
  // What goes whatever comes of the upload: everything that is not published.
  const unpublished = new Set<Draft>();
  const begin = async (): Promise<Draft> => {
    const draft = new Draft(deps.database, {
      ecg: await deps.uploads.begin(deps.database),
      owner: options.owner,
      writer: deps.uploads.instance,
    });
    drafts.push(draft);
    unpublished.add(draft);
    return draft;
  };
  let isLost = false;
  try {
    const finished = await store(events, options, deps, begin);
    const published = await publish(
      finished.map(({ ecg }) => ecg),
      options.duplicate ?? 'refuse',
      deps,
    );
    finished.forEach(({ draft }, i) => published[i]?.created && unpublished.delete(draft));
    await confirmed(published, options.confirm, deps);
    for (const { ecg, created } of published) if (created) deps.uploads.published(ecg);
    const answers: Ingested[] = [];
    for (const [i, recording] of finished.entries())
      answers.push(await proven(recording, published[i] as Published, deps));
    return answers;
  } catch (error) {
    isLost = isAway(error);
    throw error;
  } finally {
    const discarding = Promise.all([...unpublished].map(async (draft) => discard(draft, deps)));
    // While the database is away the client need not wait for it; the sweeper looks after what is left.
    if (!isLost) await endsWithin(DISCARD_MS, discarding);
    for (const { id } of drafts) deps.uploads.end(id);
  }
}

/** Everything up to publishing. @param begin makes a draft that is cared for whatever happens */
async function store(
  events: AsyncIterable<DecoderEvent>,
  options: IngestOptions,
  deps: IngestDeps,
  begin: () => Promise<Draft>,
): Promise<Finished[]> {
  const { format, complete = async (recording) => recording } = options;
  const finished: Finished[] = [];
  let draft: Draft | undefined;
  for await (const event of events) {
    draft ??= await begin();
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
      finished.push({
        draft,
        ecg: await draft.finish(recording, format, deps.clinicTimezone),
        warnings: recording.warnings,
      });
      draft = undefined;
    }
  }
  return finished;
}

/**
 * Whoever deletes or deactivates a user first ends their access and then looks for their recordings; here a recording
 * is published first and the access looked at then. So one of the two always sees the other.
 */
async function confirmed(
  published: readonly Published[],
  confirm: IngestOptions['confirm'],
  { database, uploads }: IngestDeps,
): Promise<void> {
  try {
    await confirm?.();
  } catch (error) {
    // Until it is certain that it is gone, or its owner there, the sweeper looks after it.
    const created = published.filter((one) => one.created).map(({ ecg }) => placeOf(ecg));
    for (const place of created) uploads.leave(place);
    if (error instanceof Problem) {
      for (const place of created) {
        await unpublish(database, place);
        await removeContent(database, place.id);
        uploads.settled(place.id.toHexString());
      }
    }
    throw error;
  }
}

/**
 * What is answered for one recording. Where it existed, its samples and marks are proven to be there, or brought back
 * from the copy at hand.
 * Errors: `not-ready` where it has been deleted meanwhile; sent again, it is stored anew.
 */
async function proven(
  { ecg, warnings }: Finished,
  { ecg: stored, created }: Published,
  { database, uploads }: IngestDeps,
): Promise<Ingested> {
  const assumed = assumptions(stored.channels);
  if (created) return { ecg: stored, created, warnings: [...warnings, ...assumed] };
  const healed = await heal(database, stored, ecg, uploads.instance).catch((error: unknown) => {
    // It may be gone, and something of it written again: the sweeper looks.
    uploads.leave(placeOf(stored));
    throw error;
  });
  if (healed === 'gone')
    throw notReady(undefined, 'You deleted this recording while it was uploaded again; send it again to keep it.');
  const ignored = differences(stored, ecg).filter(
    (field) => tells(ecg, field) && !(field === 'annotations' && healed === 'lacking'),
  );
  return {
    ecg: stored,
    created,
    warnings: [
      ...warnings,
      ...assumed,
      ...(healed === 'lacking' ? [LACKING] : []),
      ...ignored.map((field) => `${field}: the recording exists and keeps its value; ${REMEDY[field]}`),
    ],
  };
}

/**
 * Removes a recording that is not published. Never rejects: what cannot be removed now, and what may be published, is
 * the sweeper's.
 */
async function discard(draft: Draft, { uploads }: IngestDeps): Promise<void> {
  if (uploads.unsettled.has(draft.id.toHexString())) return;
  uploads.leave(draft.place);
  try {
    await draft.discard();
    uploads.settled(draft.id.toHexString());
  } catch {
    // It stays left.
  }
}
