/**
 * Requests with an `Idempotency-Key` whose answer is lost, or whose service is killed: their repeats never create
 * anything twice, and are answered in the end.
 */
import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { Random } from '../../src/synth/random.ts';
import { logIn, startTestApp, type TestApp } from '../support/app.ts';
import { aPatient, aRecording, type Creation, countOf, creations, sendKeyed } from '../support/creations.ts';
import { somebody } from '../support/directory.ts';
import { eventually, lasting } from '../support/eventually.ts';
import { call, type Answer } from '../support/http.ts';
import { isWrite, LineCut, nth } from '../support/line-cut.ts';
import { testUri } from '../support/mongo.ts';
import { serviceEnv, type Started, startProgram } from '../support/started.ts';
import { userModel } from '../../src/users/model.ts';

const log = pino({ level: 'silent' });
/** The service gives up a database that does not answer after this time. */
const PATIENCE_MS = 1_000;
/** A client's pause before it repeats a request. */
const CLIENT_PAUSE_MS = 100;
/** mongod ends the transactions of a killed service after a minute, and until then they lock what they have written. */
const UNLOCKED_MS = 100_000;
const KINDS = Object.keys(creations('', ''));
const isCommit = ({ name }: { name: string }): boolean => name === 'commitTransaction';

/** Repeats a request until it is answered as carried out. Refuses an answer that no repeat may get. */
const untilDone = (send: () => Promise<Answer>): Promise<Answer> =>
  eventually(
    'the request is carried out',
    async () => {
      const answer = await send().catch(() => null);
      const isBusy = answer?.status === 409 && answer.json.code === 'request-in-progress';
      if (answer === null || answer.status >= 500 || isBusy) return lasting(CLIENT_PAUSE_MS).then(() => null);
      expect(answer.status, answer.text).to.be.within(200, 202);
      return answer;
    },
    UNLOCKED_MS,
  );

describe('a request with a key whose answer from the database is lost', function () {
  this.timeout(120_000);
  let app: TestApp;
  let line: LineCut;
  let kinds: Record<string, Creation>;
  let n = 0;

  before(async () => {
    app = await startTestApp(
      {},
      {
        connected: async (database) => {
          line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
          return connect(line.uri(database.name), log, PATIENCE_MS);
        },
      },
    );
    kinds = creations(await aPatient(app), await aRecording(app));
  });
  after(async () => {
    await app.close();
    await line.close();
  });

  for (const name of KINDS)
    for (const [what, ms] of [
      ['briefly', 200],
      ['for longer than the service waits', 3 * PATIENCE_MS],
    ] as const)
      it(`creates ${name} once: the commit, then no connection ${what}`, async () => {
        const kind = kinds[name]!;
        const before = await countOf(app.database, kind);
        const number = ++n;
        const send = (): Promise<Answer> => sendKeyed(app, kind, number, `key-${number}`);
        const whole = line.loseAnswer(isCommit, { kind: 'refused', ms });
        const first = await send();
        await whole;
        if (line.isWaiting) throw new Error('nothing was committed');
        const last = await untilDone(send);
        if (first.status < 300) expect(last.text).to.equal(first.text);
        expect(last.status).to.be.oneOf([201, 202]);
        expect(await countOf(app.database, kind)).to.equal(before + 1);
      });

  it('creates a patient once, whichever write it is', async () => {
    const kind = kinds['a patient']!;
    for (let place = 1; place <= 4; place++) {
      const before = await countOf(app.database, kind);
      const number = ++n;
      const send = (): Promise<Answer> => sendKeyed(app, kind, number, `key-${number}`);
      void line.loseAnswer(nth(place, isWrite), { kind: 'refused', ms: 200 });
      await send();
      line.loseNothing();
      await line.whole();
      await untilDone(send);
      expect(await countOf(app.database, kind), `write ${place}`).to.equal(before + 1);
    }
  });
});

describe('a request with a key whose service is killed', function () {
  this.timeout(300_000);
  const PASSWORD = 'correct horse battery';
  let uri: string;
  let database: Connection;
  let folder: string;
  let service: Started;
  let url: string;

  const start = async (): Promise<void> => {
    const env = serviceEnv(folder, {
      MONGODB_URI: uri,
      SECRET_KEY: 'a key of the tests that is long enough',
      FIRST_SUPERUSER: 'admin@clinic.example',
      FIRST_SUPERUSER_PASSWORD: PASSWORD,
      RATE_LIMIT: 'off',
    });
    service = startProgram('main.ts', [], { cwd: folder, env });
    [, url = ''] = await service.says(/(http:\/\/127\.0\.0\.1:\d+)/);
  };
  const kill = async (): Promise<void> => {
    service.process.kill('SIGKILL');
    await service.ended;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leadwire-killed-'));
    uri = await testUri();
    await start();
    database = await connect(uri, log);
  });
  after(async () => {
    await kill();
    await database.close();
    await rm(folder, { recursive: true });
  });

  it('is carried out once by its repeats', async () => {
    const random = new Random(11, 'kills');
    const admin = { token: await logIn(url, 'admin@clinic.example', PASSWORD) };
    const body = { email: 'c@clinic.example', fullName: 'C', role: 'clinician', password: PASSWORD };
    await call({ url }, 'POST', '/users', { ...admin, body });
    const clinician = { token: await logIn(url, 'c@clinic.example', PASSWORD) };
    const { id } = (await call({ url }, 'POST', '/patients', { ...admin, body: somebody() })).json as { id: string };
    const kinds = Object.values(creations(id, await aRecording({ url, clinician } as never)));
    const sender = (): Parameters<typeof sendKeyed>[0] => ({ url, admin, clinician }) as never;
    const counts = (): Promise<number[]> => Promise.all(kinds.map((kind) => countOf(database, kind)));

    let killedMeanwhile = 0;
    for (let round = 1; round <= 2; round++) {
      const before = await counts();
      const sends = kinds.map((kind, i) => () => sendKeyed(sender(), kind, 100 * round + i, `key-${round}-${i}`));
      const first = Promise.all(sends.map((send) => send().catch(() => null)));
      // Some requests are answered by then, others have created something, and others have not begun.
      await lasting(20 + 100 * random.uniform());
      await kill();
      killedMeanwhile += (await first).filter((answer) => answer === null).length;
      await start();
      await Promise.all(sends.map((send) => untilDone(send)));
      const after = await counts();
      const expected = kinds.map(({ collection }) => kinds.filter((kind) => kind.collection === collection).length);
      expect(after.map((count, i) => count - before[i]!)).to.deep.equal(expected);
    }
    expect(killedMeanwhile).to.be.greaterThan(0);
    expect(await userModel(database).countDocuments()).to.equal(2 + 2);
  });
});
