/**
 * A separate process that works on imports of attendances; `verify-imports.ts` kills it. Arguments: address of the
 * database, milliseconds of a lease.
 */
import { ClinicZone } from '../src/calendar/clinic-zone.ts';
import { attendancesCsv } from '../src/attendances/csv.ts';
import { connect } from '../src/database/connect.ts';
import { Worker } from '../src/imports/worker.ts';
import { createLog } from '../src/log/logger.ts';
import { UNWATCHED } from '../test/support/room.ts';

const [uri = '', leaseMs = ''] = process.argv.slice(2);
const log = createLog({ logLevel: 'silent', logFormat: 'json' });
const database = await connect(uri, log);
const deps = {
  database,
  room: UNWATCHED,
  log,
  kinds: [attendancesCsv],
  zone: new ClinicZone('UTC'),
  silentMs: 60_000,
  maxFailures: 100_000,
};
const worker = new Worker(deps, { leaseMs: Number(leaseMs), pollMs: 50 });
worker.start();
const keptAlive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(keptAlive);
  void worker.stop().then(() => database.close());
});
process.stdout.write('working\n');
