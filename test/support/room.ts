/** Room for tests that are about something else. */
import type { Room } from '../../src/database/room.ts';

/** There is always enough. */
export const UNWATCHED: Room = {
  isEnough: async () => true,
  ensure: async () => undefined,
  isExhausted: async () => false,
  isWaitedFor: () => false,
};
