/** What a reader of samples in text has to do: the arrays of JSON, and the lists of FHIR and HL7 aECG. */
import type { Samples } from '../../signal/samples.ts';
import type { Window } from './window.ts';

/** Samples that are handed on at once: 256 KiB of doubles. */
export const RUN = 32768;

/** `full`: hand the samples on and come again. `more`: the bytes are used up. `closed`: the array or list has ended. */
export type SignalOutcome = 'full' | 'more' | 'closed';

/** Reads the samples of one place of a document at a time, as far as the window goes. */
export interface SampleReader {
  /** Samples that wait to be taken. */
  readonly filled: number;
  /** Samples of this signal so far. */
  readonly count: number;
  begin(): void;
  read(window: Window): SignalOutcome;
  /** The samples since the last call; valid until the next read. */
  take(): Samples;
}
