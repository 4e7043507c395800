/** Turns what a reader sends of an annotation into what is stored, and checks it against the recording. */
import { Problem } from '../../errors.ts';
import { fieldProblem } from '../../http/validate.ts';
import { millivolts } from '../../signal/units.ts';
import { meant, namesOf } from '../reading/chosen-channels.ts';
import { durationOf } from '../reading/window.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import type { MarkFields } from './marks.ts';
import type { AnnotationPatch, NewAnnotation } from './schema.ts';

/** The fields of a new annotation. Errors: as below. */
export function newFields(ecg: StoredEcg, body: NewAnnotation): MarkFields {
  const nothing = { at: 0, duration: null, channel: null, code: null, text: null, value: null };
  return { ...nothing, ...changedFields(ecg, body, nothing) };
}

/**
 * The changed fields of an annotation.
 * Errors: `validation-failed`, `sampling-rate-unknown`, `window-outside`.
 */
export function changedFields(
  ecg: StoredEcg,
  { at, from = at, to = at, channel, code, text, value }: AnnotationPatch,
  before: MarkFields,
): Partial<MarkFields> {
  const changes: Partial<MarkFields> = {
    ...(from !== undefined &&
      to !== undefined && { at: from, duration: at === undefined ? secondsBetween(from, to) : null }),
    ...(channel !== undefined && { channel: channel === null ? null : channelNumber(ecg, channel) }),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    ...(value !== undefined && {
      value: value && { kind: value.kind, ms: value.ms ?? null, mV: value.mV ?? null, rrMs: value.rrMs ?? null },
    }),
  };
  const after = { ...before, ...changes };
  if (after.code === null && after.text === null && after.value === null)
    throw fieldProblem([{ path: '', message: 'must leave a code, text or value' }]);
  const channels = after.channel === null ? ecg.channels : [ecg.channels[after.channel] as StoredChannel];
  if (changes.at !== undefined || changes.channel !== undefined) assertInside(channels, to ?? endOf(after));
  const hasVoltage = channels.some(({ calibrated, unit }) => calibrated && millivolts(unit) !== null);
  if (after.value?.mV != null && !hasVoltage)
    throw fieldProblem([{ path: '/value/mV', message: 'needs a channel with a calibrated voltage' }]);
  return changes;
}

/** Without the last binary digits of a difference: 0.6 − 0.2 is 0.4. */
const secondsBetween = (from: number, to: number): number => Number((to - from).toFixed(9));

const endOf = ({ at, duration }: MarkFields): number => at + (duration ?? 0);

function channelNumber({ channels }: StoredEcg, text: string): number {
  const [number, ...others] = meant(channels, text);
  if (number === undefined) throw noChannel(`names no channel of the recording; its channels are ${namesOf(channels)}`);
  if (others.length > 0)
    throw noChannel(`can be any of ${namesOf(channels, [number, ...others])}: give the name exactly`);
  return number;
}

const noChannel = (message: string): Problem => fieldProblem([{ path: '/channel', message }]);

/** @param end of the annotation, in seconds */
function assertInside(channels: readonly StoredChannel[], end: number): void {
  if (channels.every(({ samplingRate }) => samplingRate === null))
    throw new Problem(
      'sampling-rate-unknown',
      'The recording has no sampling rate, so it has no times. Set samplingRate with PATCH on it first.',
    );
  const duration = durationOf(channels);
  if (end <= duration) return;
  const what = channels.length === 1 ? 'channel' : 'recording';
  throw new Problem(
    'window-outside',
    `The annotation ends at ${end} s, but the ${what} lasts only ${duration} s. Choose a time inside.`,
  );
}
