/** What the operations of the directory need. */
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import type { Config } from '../startup/config.ts';
import type { RecordingsPort } from './recordings.ts';

export interface DirectoryDeps {
  config: Pick<Config, 'limits'>;
  zone: ClinicZone;
  database: Connection;
  recordings: RecordingsPort;
}
