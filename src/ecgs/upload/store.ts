/** Stage 4 of an upload: stores samples and marks while they arrive. No recording exists yet. */
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { FormatId } from '../../formats/types.ts';
import { durationOf } from '../reading/window.ts';
import type { StoredEcg } from '../store/model.ts';
import type { Events } from './decode.ts';
import type { Draft } from './draft.ts';
import type { Drafts } from './drafts.ts';

/** A recording of which everything is stored except the document that makes it exist. */
export interface Stored {
  ecg: StoredEcg;
  /** What was in the upload and is not kept, in words. */
  warnings: string[];
}

/**
 * Asks for the next event only when there is room for it.
 * Errors: those of the events and of the database; `recording-invalid`.
 */
export async function store(guarded: Events, format: FormatId, drafts: Drafts, zone: ClinicZone): Promise<Stored[]> {
  const stored: Stored[] = [];
  let draft: Draft | undefined;
  for await (const event of guarded) {
    draft ??= await drafts.begin();
    switch (event.kind) {
      case 'zero-level':
        draft.setZeroLevel(event.channel, event.zeroLevel);
        break;
      case 'sampling-rate':
        draft.setSamplingRate(event.channel, event.samplingRate);
        break;
      case 'samples':
        draft.append(event.channel, event.samples);
        await draft.room();
        break;
      case 'channel-end':
        draft.endChannel(event.channel);
        await draft.room();
        break;
      case 'annotations':
        await draft.annotate(event.annotations);
        break;
      case 'recording': {
        const ecg = await draft.finish(event.recording, format, zone);
        stored.push({ ecg, warnings: [...event.recording.warnings, ...aboutLateMarks(ecg, draft.latestMark)] });
        draft = undefined;
        break;
      }
    }
  }
  return stored;
}

/** Seconds by which times may be rounded. */
const ROUNDING = 1e-6;

const seconds = (time: number): number => Number(time.toFixed(3));

/** Marks behind the end are kept, but they may be those of another recording. @param latest in seconds */
function aboutLateMarks({ channels }: StoredEcg, latest: number): string[] {
  const duration = durationOf(channels);
  if (duration === 0 || latest <= duration + ROUNDING) return [];
  return [
    `Annotations are behind the end of the recording: the last is at ${seconds(latest)} s, but it lasts only ` +
      `${seconds(duration)} s. Check that they belong to it.`,
  ];
}
