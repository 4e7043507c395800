/** The dependencies of the operations on recordings. */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import type { Room } from '../database/room.ts';
import type { UploadLimit } from '../http/upload-limit.ts';
import type { Config } from '../startup/config.ts';
import type { Renderer } from './pictures/renderer.ts';
import type { RecordingsOf } from './store/recordings.ts';
import type { Uploads } from './store/uploads.ts';

export interface EcgDeps {
  config: Pick<Config, 'limits' | 'blockEncoding' | 'keepOriginals'>;
  zone: ClinicZone;
  database: Connection;
  recordingsOf: RecordingsOf;
  room: Room;
  log: Logger;
  uploads: Uploads;
  inUploadTurn: UploadLimit;
  renderer: Renderer;
}
