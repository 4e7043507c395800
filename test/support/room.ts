/** Disk space for tests of other things. */
import type { Room } from '../../src/database/room.ts';

/** Always reports enough space. */
export const UNWATCHED: Room = {
  isEnough: async () => true,
  ensure: async () => undefined,
  isExhausted: async () => false,
  isWaitedFor: () => false,
};
