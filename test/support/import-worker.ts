/**
 * A separate process that only works on imports; for tests that kill or pause it. Arguments: address of the database,
 * milliseconds of a lease. SIGTERM stops it in order.
 */
import { pino } from 'pino';
import { ClinicZone } from '../../src/calendar/clinic-zone.ts';
import { connect } from '../../src/database/connect.ts';
import { Worker } from '../../src/imports/worker.ts';
import { notes, things } from './import-kind.ts';
import { UNWATCHED } from './room.ts';

const [uri = '', leaseMs = ''] = process.argv.slice(2);
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const database = await connect(uri, log);
const deps = {
  database,
  room: UNWATCHED,
  log,
  kinds: [things, notes],
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
