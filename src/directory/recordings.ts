/** What the directory may know about recordings. The feature that stores them provides it, and filters by caller. */
import type { ClientSession } from 'mongoose';
import { Problem } from '../errors.ts';
import type { AttachedRecordings } from './studies/schema.ts';

/** Recordings that refer to a patient or a study. */
export interface Referring {
  /** Whether there are any, of any user. */
  any: boolean;
  /** How many belong to the caller. */
  own: number;
}

export interface RecordingsPort {
  /** Read in the transaction that is to remove what they refer to. */
  referring(to: { patient: string } | { study: string }, userId: string, session: ClientSession): Promise<Referring>;
  /** The caller's own recordings of these studies, by study id. */
  attached(userId: string, studies: readonly string[]): Promise<Map<string, AttachedRecordings>>;
}

/** Errors: `patient-in-use` or `study-in-use`; they reveal nothing about other users' recordings. */
export function assertUnused({ any, own }: Referring, code: 'patient-in-use' | 'study-in-use', instead: string): void {
  if (any)
    throw new Problem(
      code,
      `Recordings refer to it; ${own === 0 ? 'none of them is' : `${own} of them ${own === 1 ? 'is' : 'are'}`} ` +
        `yours. ${instead}`,
    );
}
