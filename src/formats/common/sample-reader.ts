/** Interface of the readers of samples in text: JSON arrays, and the lists of FHIR and HL7 aECG. */
import type { Samples } from '../../signal/samples.ts';
import type { Window } from './window.ts';

/** Samples passed on at once: 256 KiB of doubles. */
export const RUN = 32768;

/** `full`: take the samples and call again. `more`: all bytes are used. `closed`: the array or list has ended. */
export type SignalOutcome = 'full' | 'more' | 'closed';

/** Reads the samples of one array or list at a time, as far as the window goes. */
export interface SampleReader {
  /** Number of samples ready to be taken. */
  readonly filled: number;
  /** Samples of this signal read so far. */
  readonly count: number;
  begin(): void;
  read(window: Window): SignalOutcome;
  /** The samples since the last call; valid until the next read. */
  take(): Samples;
}
