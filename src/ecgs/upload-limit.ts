/** How many uploads of one user run at the same time: each holds a connection and some memory for as long as it takes. Counted in this process. */
import { Problem } from '../errors.ts';

/** Runs an upload of a user. Errors: `too-many-uploads`, and those of the work. */
export type UploadLimit = <T>(userId: string, work: () => Promise<T>) => Promise<T>;

/** @param most uploads of one user at the same time */
export function uploadLimit(most: number): UploadLimit {
  const running = new Map<string, number>();
  return async (userId, work) => {
    const others = running.get(userId) ?? 0;
    if (others >= most) {
      throw new Problem('too-many-uploads', `${most} uploads of yours are under way (setting MAX_PARALLEL_UPLOADS_PER_USER). Send this one again when one of them has ended.`, { headers: { 'Retry-After': '1' } });
    }
    running.set(userId, others + 1);
    try {
      return await work();
    } finally {
      const left = (running.get(userId) ?? 1) - 1;
      if (left === 0) running.delete(userId);
      else running.set(userId, left);
    }
  };
}
