/** What the directory may know of recordings; the feature that keeps them provides it, and filters by the caller. */
import type { ClientSession } from 'mongoose';
import { Problem } from '../errors.ts';
import type { AttachedRecordings } from './studies/schema.ts';

/** Recordings that refer to a patient or a study. */
export interface Referring {
  /** Whether there are any at all, whoever's they are. */
  any: boolean;
  /** How many belong to the caller. */
  own: number;
}

export interface RecordingsPort {
  /** Read in the transaction that is going to remove what they refer to. */
  referring(to: { patient: string } | { study: string }, userId: string, session: ClientSession): Promise<Referring>;
  /** The caller's own recordings by the id of their study, among these studies. */
  attached(userId: string, studies: readonly string[]): Promise<Map<string, AttachedRecordings>>;
}

/** Errors: `patient-in-use` or `study-in-use`, which tell nothing of recordings of others. */
export function assertUnused({ any, own }: Referring, code: 'patient-in-use' | 'study-in-use', instead: string): void {
  if (any)
    throw new Problem(
      code,
      `Recordings refer to it; ${own === 0 ? 'none of them is' : `${own} of them ${own === 1 ? 'is' : 'are'}`} yours. ${instead}`,
    );
}
