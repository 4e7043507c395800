/**
 * How many uploads of one user may run at the same time: each holds a connection and some memory while it runs. Counted
 * in this process.
 */
import { Problem } from '../errors.ts';
import { PlacesPerUser } from './places.ts';

/** Runs an upload of a user. Errors: `too-many-uploads`, and those of the work. */
export type UploadLimit = <T>(userId: string, work: () => Promise<T>) => Promise<T>;

/** @param most uploads per user at the same time, recordings and imports together */
export function uploadLimit(most: number): UploadLimit {
  const places = new PlacesPerUser(
    most,
    () =>
      new Problem(
        'too-many-uploads',
        `You have ${most} uploads in progress (setting MAX_PARALLEL_UPLOADS_PER_USER). Send this one again ` +
          'when one of them has ended.',
        { headers: { 'Retry-After': '1' } },
      ),
  );
  return async (userId, work) => {
    const leave = places.take(userId);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
