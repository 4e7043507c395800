/**
 * The command `npm run verify:integrity [-- --uploads 2000 --kills 20 --cuts 20 --seed 1]`: clients upload recordings
 * of mixed kinds to the built service on a mongod of its own, and repeat uploads that were not acknowledged, while the
 * service and mongod are killed and the line between them is cut. At the end, every acknowledged recording must be
 * stored as it was sent, and nothing else.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Connection } from 'mongoose';
import { createLog } from '../src/log/logger.ts';
import { connect } from '../src/database/connect.ts';
import { findMongod } from '../src/database/mongod-binary.ts';
import { Uploads } from '../src/ecgs/store/uploads.ts';
import { sweep } from '../src/ecgs/store/sweep.ts';
import { ensureUser } from '../src/users/ensure-user.ts';
import { logIn } from '../test/support/app.ts';
import { integrityOf } from '../test/support/integrity.ts';
import { Clients, type Span } from '../test/support/clients.ts';
import { freePort } from '../test/support/free-port.ts';
import { call } from '../test/support/http.ts';
import { LineCut } from '../test/support/line-cut.ts';
import { OwnMongod } from '../test/support/own-mongod.ts';
import type { Sending } from '../test/support/sendings.ts';
import { Disturbances } from './integrity/disturbances.ts';
import { mixed } from './integrity/mixture.ts';
import { Service } from './integrity/service.ts';

const PASSWORD = 'a password of the verification';
const USERS = ['ana@clinic.example', 'bia@clinic.example'];
const CLIENTS_PER_USER = 4;
const PATIENTS = 40;
/** The maximum number of recordings that one sweep examines. */
const SWEPT_AT_ONCE = 2_000;
/** The maximum time in which an idle service stops. */
const STOP_MS = 2_000;
/** Characters of the service's log that are shown after a failure. */
const SHOWN_LOG = 6_000;
const log = createLog({ logLevel: 'silent', logFormat: 'json' });

const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '20' },
    cuts: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const uploads = Number(values.uploads);
const kills = Number(values.kills);
const cuts = Number(values.cuts);
const seed = Number(values.seed);

/** Creates patients, each with a study. */
async function makeDirectory(service: Service, admin: string): Promise<{ patient: string; study: string }[]> {
  const made = async (path: string, body: object): Promise<string> => {
    const { status, json, text } = await call(service, 'POST', path, { token: admin, body });
    if (status !== 201) throw new Error(`POST ${path} was answered with ${status}: ${text}`);
    return json.id as string;
  };
  const found = [];
  for (let i = 0; i < PATIENTS; i++) {
    const patient = await made('/patients', { firstName: 'Ana', lastName: `Number ${i}`, birthDate: '1970-01-01' });
    found.push({ patient, study: await made(`/patients/${patient}/studies`, { urgencyLevel: 'LOW', type: 'ECG' }) });
  }
  return found;
}

/** Causes each disturbance when its share of the uploads has been acknowledged. Returns the time span of each. */
async function disturb(clients: Clients, disturbances: Disturbances): Promise<Span[]> {
  const plan = disturbances.plan({ kills, cuts });
  const spans: Span[] = [];
  for (const [i, kind] of plan.entries()) {
    const share = ((i + 1) * uploads) / (plan.length + 1);
    while (clients.acknowledged.length < share) await Promise.race([clients.done(), sleep(20)]);
    const begun = performance.now();
    const words = await disturbances.happen(kind);
    spans.push({ begun, ended: performance.now() });
    console.log(`  ${i + 1} of ${plan.length}: ${words}; ${clients.acknowledged.length} uploads acknowledged by now`);
  }
  await clients.done();
  return spans;
}

const longest = (waits: readonly Span[]): string =>
  `${(Math.max(0, ...waits.map(({ begun, ended }) => ended - begun)) / 1_000).toFixed(1)} s`;

/** The slowest answers: of all, and of those that met at most one disturbance. */
function slowest(waits: readonly Span[], disturbed: readonly Span[]): string {
  const met = ({ begun, ended }: Span): number =>
    disturbed.filter((other) => other.begun < ended && begun < other.ended).length;
  return (
    `${longest(waits)}, ${longest(waits.filter((wait) => met(wait) <= 1))} ` +
    'where there was one disturbance meanwhile'
  );
}

/** Since no instance is running, everything that any of them has left is removed now. */
async function sweepAll(database: Connection): Promise<void> {
  const passes = 2 * Math.ceil(uploads / SWEPT_AT_ONCE) + 2;
  for (let pass = 0; pass < passes; pass++) await sweep({ database, log, uploads: new Uploads(), silentMs: 1 });
}

async function verify(service: Service, mongod: OwnMongod, line: LineCut, database: Connection): Promise<boolean> {
  const begun = performance.now();
  await service.start();
  for (const email of USERS) {
    await ensureUser(database, { email, password: PASSWORD, fullName: email, role: 'clinician' });
  }
  const patients = await makeDirectory(service, await logIn(service.url, 'admin@leadwire.example', PASSWORD));
  const tokens = await Promise.all(USERS.map((email) => logIn(service.url, email, PASSWORD)));
  const make = (number: number): Promise<Sending> => mixed(number, seed, patients);
  const clients = new Clients({ url: service.url, tokens, perUser: CLIENTS_PER_USER, uploads, mayBreak: true, make });
  const disturbed = await disturb(clients, new Disturbances(seed, service, mongod, line));
  const stopMs = await service.stop();
  await sweepAll(database);
  const { recordings, hollow, orphans, doubled, mistold } = await integrityOf(database);
  await service.start();
  const differing = await clients.differences();
  await service.stop();

  const acknowledged = clients.acknowledged.reduce((sum, one) => sum + one.ids.length, 0);
  const lost = new Set(differing.map((text) => text.split(':')[0])).size;
  const beyond = recordings - acknowledged;
  const answers = [...clients.answers]
    .toSorted(([one], [other]) => one - other)
    .map(([status, count]) => `${status === 0 ? 'broken' : status}: ${count}`)
    .join(', ');
  const told = `${mistold.length} mistold to the audit`;
  const minutes = (performance.now() - begun) / 60_000;
  console.log(`${clients.acknowledged.length} uploads acknowledged, ${clients.repeated} of them sent more than once
answers: ${answers}; the slowest after ${slowest(clients.longWaits, disturbed)}
${kills} kills of the service, ${kills} of mongod, ${cuts} cuts of the line (seed ${seed})
${recordings} recordings: ${lost} uploads lost or changed, ${hollow.length} hollow, ${doubled.length} doubled
${beyond} recordings beyond those acknowledged, ${orphans.length} orphans after a sweep, ${told}
SIGTERM took ${(stopMs / 1_000).toFixed(1)} s; all of it ${minutes.toFixed(1)} min`);
  const faults = [...clients.faults, ...differing.slice(0, 20)];
  for (const fault of faults) console.log(fault);
  const left = hollow.length + orphans.length + doubled.length + mistold.length;
  return faults.length === 0 && left === 0 && beyond === 0 && stopMs < STOP_MS;
}

const { path } = await findMongod({ configured: process.env['MONGOD_BINARY'] || null, log: console });
const folder = mkdtempSync(join(tmpdir(), 'leadwire-integrity-'));
const serviceLog = join(folder, 'service.log');
const mongod = await OwnMongod.start(path);
const line = await LineCut.open(mongod.port);
const service = new Service(
  {
    PORT: String(await freePort()),
    MONGODB_URI: line.uri('leadwire'),
    DATA_DIR: folder,
    SECRET_KEY: 'a key of the verification, long enough',
    FIRST_SUPERUSER_PASSWORD: PASSWORD,
    LOAD_DEMO: 'false',
    LOAD_DIRECTORY: 'false',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    MAX_INSTANCE_SILENCE_MS: '20000',
  },
  serviceLog,
);
const database = await connect(mongod.uri('leadwire'), log);
let isWhole = false;
try {
  isWhole = await verify(service, mongod, line, database);
} finally {
  service.end();
  const said = readFileSync(serviceLog, 'utf8').slice(-SHOWN_LOG);
  if (!isWhole) console.log(`The last that the service said:\n${said}`);
  await database.close();
  await line.close();
  await mongod.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(isWhole ? 'Every acknowledged recording exists exactly once and is complete.' : 'SOMETHING IS WRONG.');
process.exitCode = isWhole ? 0 : 1;
