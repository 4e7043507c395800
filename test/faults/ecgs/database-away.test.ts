/**
 * The database goes away during many uploads: it is stopped for a while, or killed and restarted at once. In the short
 * form, the service loses patience soon; `LONG_TESTS=true` uses its normal patience and more rounds.
 */
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { type App, createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/startup/config.ts';
import { connect } from '../../../src/database/connect.ts';
import { migrate } from '../../../src/database/migrations.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { logIn } from '../../support/app.ts';
import { integrityOf } from '../../support/integrity.ts';
import { Clients } from '../../support/clients.ts';
import { eventually, lasting } from '../../support/eventually.ts';
import { testMongod } from '../../support/mongo.ts';
import { OwnMongod } from '../../support/own-mongod.ts';
import { jsonSending, type Sending, signalsOf } from '../../support/sendings.ts';

const IS_LONG = process.env['LONG_TESTS'] === 'true';
const PATIENCE_MS = IS_LONG ? 10_000 : 1_000;
const STOPPED_MS = IS_LONG ? 25_000 : 2_500;
const KILLS = IS_LONG ? 10 : 2;
/** A request ends within this time after the database has gone away. */
const ANSWER_MS = 20_000;
/** The service ends within this time after a stop, if no request is in progress. */
const CLOSE_MS = 2_000;
const PASSWORD = 'correct horse battery';

/** Waits until this many more uploads are acknowledged. */
async function acknowledged(of: Clients, more: number): Promise<void> {
  const goal = of.acknowledged.length + more;
  const isReached = (): boolean => of.acknowledged.length >= goal;
  await Promise.race([of.done(), eventually('so many uploads are acknowledged', isReached, 15 * 60_000)]);
}

/** Waits for the answers to the requests in progress when the database went away. */
async function answered(of: Clients, gone: number): Promise<void> {
  await eventually('every request is answered', () => of.unanswered(gone) === 0, gone + ANSWER_MS - performance.now());
}

describe('a database that goes away under uploaders', function () {
  this.timeout(IS_LONG ? 20 * 60_000 : 120_000);
  const log = pino({ level: 'silent' });
  let mongod: OwnMongod;
  let database: Connection;
  let app: App;
  let url: string;
  let tokens: string[];
  let uploads = 0;

  beforeEach(async () => {
    mongod = await OwnMongod.start((await testMongod()).path);
    database = await connect(mongod.uri('leadwire'), log, PATIENCE_MS);
    await migrate(database, log);
    const secrets = { SECRET_KEY: 'k'.repeat(32), FIRST_SUPERUSER_PASSWORD: PASSWORD };
    const config = readConfig({ ...secrets, LOAD_DEMO: 'false', RATE_LIMIT: 'off' });
    app = createApp({ config, database, log });
    await new Promise<void>((resolve) => {
      app.server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const users = ['ana@clinic.example', 'bia@clinic.example'];
    for (const email of users) {
      await ensureUser(database, { email, password: PASSWORD, fullName: email, role: 'clinician' });
    }
    tokens = await Promise.all(users.map((email) => logIn(url, email, PASSWORD)));
  });
  afterEach(async () => {
    await app.close();
    await database.close();
    await mongod.stop();
  });

  const clients = (perUser: number): Clients => {
    const first = uploads;
    uploads += 100_000;
    const lengths = { I: 70_000, II: 70_000 };
    const make = async (number: number): Promise<Sending> =>
      jsonSending(`upload-${number}`, signalsOf(first + number, lengths));
    return new Clients({ url, tokens, perUser, make });
  };

  /** The invariants after everything has ended. */
  async function holds(of: Clients): Promise<void> {
    await of.stop();
    expect(of.faults).to.deep.equal([]);
    expect(await of.differences()).to.deep.equal([]);
    await sweep({ database, log, uploads: app.uploads, silentMs: 60_000 });
    expect(await integrityOf(database)).to.deep.include({ hollow: [], orphans: [], doubled: [], mistold: [] });
    expect(await of.differences()).to.deep.equal([]);
    const begun = performance.now();
    await app.close();
    await database.close();
    expect(performance.now() - begun).to.be.below(CLOSE_MS);
  }

  it('for a while leaves no request unanswered, no slot taken and no recording without samples', async () => {
    // As many as the service accepts of one user at the same time: a slot that is never released would be a 429.
    const sixteen = clients(8);
    await acknowledged(sixteen, 16);
    mongod.signal('SIGSTOP');
    const gone = performance.now();
    await lasting(STOPPED_MS);
    mongod.signal('SIGCONT');
    await answered(sixteen, gone);
    await acknowledged(sixteen, 16);
    await holds(sixteen);
  });

  it('by a kill leaves no request unanswered, no slot taken and no recording without samples', async () => {
    const twelve = clients(6);
    for (let kill = 0; kill < KILLS; kill++) {
      await acknowledged(twelve, 12);
      await mongod.kill();
      const gone = performance.now();
      mongod.restart();
      await answered(twelve, gone);
    }
    await acknowledged(twelve, 12);
    await holds(twelve);
  });
});
