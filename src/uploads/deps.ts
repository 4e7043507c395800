/** The dependencies of the operations on uploads. */
import type { Connection } from 'mongoose';
import type { Room } from '../database/room.ts';
import type { PlacesPerUser } from '../http/places.ts';
import type { UploadLimit } from '../http/upload-limit.ts';
import type { Config } from '../startup/config.ts';

export interface UploadDeps {
  config: Pick<Config, 'limits'>;
  database: Connection;
  room: Room;
  inUploadTurn: UploadLimit;
  eventStreams: PlacesPerUser;
  /** Aborted when the service stops. */
  stopping: AbortSignal;
}
