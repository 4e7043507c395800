/** The recordings of a document: observations of one lead that follow one another in time are one. */
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import type { DecodedRecording } from '../types.ts';
import { contentError } from './failure.ts';
import type { Observation } from './observation.ts';
import { areAlike } from './sampled-data.ts';

/** Times in milliseconds may be rounded. */
const ROUNDING = 1;
/** Warnings of joined observations; further ones are only mentioned. */
const MAX_WARNINGS = 20;

export class Recordings {
  /** Complete, and not yet yielded. */
  readonly finished: DecodedRecording[] = [];
  /** Complete or open. */
  count = 0;
  /** May be continued by the next observation. */
  #open: { recording: DecodedRecording; last: Observation; observations: number } | null = null;
  /** The observation that continues it. */
  #continuing: Observation | null = null;

  /** Called when data of an observation begins. @param isOwn whether it is in no component @throws FormatError */
  begin(observation: Observation, isOwn: boolean, offset: number): void {
    if (this.#continuing === observation)
      throw contentError(
        offset,
        'An observation that continues the one before it has further data, which is not supported: use components.',
      );
    if (this.#open === null) return;
    if (isOwn && follows(observation, this.#open.last)) this.#continuing = observation;
    else this.flush();
  }

  /** Called at the end of an observation with samples. @throws FormatError */
  end(observation: Observation, recording: DecodedRecording, offset: number): void {
    const open = this.#open;
    if (open !== null && this.#continuing === observation) {
      this.#continuing = null;
      join(open.recording, recording, offset);
      open.last = observation;
      open.observations++;
    } else {
      this.flush();
      this.#open = { recording, last: observation, observations: 1 };
      this.count++;
    }
  }

  /** The open recording is complete. */
  flush(): void {
    if (this.#open === null) return;
    const { recording, observations } = this.#open;
    if (observations > 1)
      recording.warnings.unshift(
        `${figure(observations)} observations of one lead, each of which begins where the one before it ` +
          'ends, are one recording. It has the id of the first.',
      );
    this.finished.push(recording);
    this.#open = null;
  }
}

/** Whether the data that begins is the continuation of a complete observation, as far as is known yet. */
function follows(next: Observation, last: Observation): boolean {
  const [span, start] = [last.span(), next.start];
  return (
    span !== null &&
    start !== null &&
    Math.abs(start - span.end) <= span.period + ROUNDING &&
    next.aboutSame(last) &&
    next.mayContinue(last)
  );
}

/** Adds what a continuation says to the recording that it continues. */
function join(recording: DecodedRecording, more: DecodedRecording, offset: number): void {
  const [channel, other] = [recording.channels[0], more.channels[0]];
  if (channel === undefined || other === undefined || !areAlike(channel, other) || other.name !== channel.name)
    throw contentError(
      offset,
      `This observation continues the data of ${quoted(channel?.name ?? '')}, but has another code, unit, scale or ` +
        'period.',
    );
  if (JSON.stringify(recording.subject) !== JSON.stringify(more.subject))
    throw contentError(offset, 'This observation continues the one before it, but has another subject.');
  const warnings = new Set([...recording.warnings, ...more.warnings]);
  recording.warnings = [...warnings].slice(0, MAX_WARNINGS);
  if (warnings.size > MAX_WARNINGS) recording.warnings[MAX_WARNINGS - 1] = 'There are further warnings.';
  if (more.notes === null || recording.notes?.split('\n').includes(more.notes) === true) return;
  const notes = [recording.notes, more.notes].filter((text) => text !== null).join('\n');
  if (notes.length <= MAX_NOTES_LENGTH) recording.notes = notes;
}
