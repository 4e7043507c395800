/**
 * The database goes away for good while recordings and import files are being uploaded, with the service's normal
 * patience: by clients so slow that none of their bytes need the database yet, and by one that needs it all the time.
 */
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { type App, createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/startup/config.ts';
import { connect } from '../../../src/database/connect.ts';
import { migrate } from '../../../src/database/migrations.ts';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { logIn } from '../../support/app.ts';
import { eventually, lasting } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { testMongod } from '../../support/mongo.ts';
import { OwnMongod } from '../../support/own-mongod.ts';
import { importCollection } from '../../support/imports.ts';

/** A request ends within this time after the database has gone away. */
const ANSWER_MS = 20_000;
const PASSWORD = 'correct horse battery';
const EMAIL = 'ana@clinic.example';
const ROW = 'a;b;c\n';
const IMPORT = {
  path: 'imports',
  type: 'multipart/form-data; boundary=edge',
  head:
    '--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\nContent-Type: text/csv\r\n\r\n' +
    'id_atendimento;id_cliente;angel\n',
};
const RECORDING = { path: 'ecgs', type: 'application/json', head: '{"leads":[{"name":"I","signal":[0' };
/** What each client sends, for ever: a head, and one piece after the other. */
const CLIENTS = [
  { ...IMPORT, piece: ROW, pauseMs: 100 },
  { ...IMPORT, piece: ROW.repeat(10_000), pauseMs: 20 },
  { ...RECORDING, piece: ',1,-1', pauseMs: 100 },
];
/** Retries when the database has been away for as long as operations wait for it. */
const PAUSING = { ...RECORDING, piece: ',1,-1', pauseMs: 11_000 };
type Client = (typeof CLIENTS)[number];

describe('a database that goes away while uploads arrive', function () {
  this.timeout(120_000);
  const log = pino({ level: 'silent' });
  const gone = new AbortController();
  let mongod: OwnMongod;
  let database: Connection;
  let app: App;
  let url: string;
  let token: string;

  beforeEach(async () => {
    mongod = await OwnMongod.start((await testMongod()).path);
    database = await connect(mongod.uri('leadwire'), log);
    await migrate(database, log);
    const config = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: PASSWORD,
      LOAD_DEMO: 'false',
      RATE_LIMIT: 'off',
      MAX_PARALLEL_UPLOADS_PER_USER: String(CLIENTS.length + 1),
    });
    app = createApp({ config, database, log });
    await new Promise<void>((resolve) => {
      app.server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    await ensureUser(database, { email: EMAIL, password: PASSWORD, fullName: 'Ana', role: 'clinician' });
    token = await logIn(url, EMAIL, PASSWORD);
  });
  afterEach(async () => {
    await app.close();
    await database.close();
    await mongod.stop();
  });
  after(() => gone.abort());

  const arriving = (): Promise<number> => importCollection(database).countDocuments({ state: 'uploading' });
  /** Sends an endless body. */
  async function* endless({ head, piece, pauseMs }: Client): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    for (;;) {
      yield Buffer.from(piece);
      await lasting(pauseMs, gone.signal);
    }
  }
  /** Returns the status, and how long after the call it arrived. */
  async function uploaded(client: Client): Promise<{ status: number; at: number }> {
    const { status } = await fetch(`${url}/api/v1/${client.path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': client.type },
      body: endless(client) as unknown as ReadableStream,
      duplex: 'half',
    });
    return { status, at: performance.now() };
  }

  async function endsInTime(
    clients: readonly Client[],
    goesAway: () => Promise<void>,
    comesBack: () => Promise<void>,
  ): Promise<void> {
    let requests = 0;
    app.server.on('request', () => (requests += 1));
    const answers = clients.map(uploaded);
    await eventually('all have begun', () => requests === clients.length);
    await eventually('the imports are noted', async () => (await arriving()) === 2);
    await eventually('something is stored', () => database.collection('importFiles.chunks').countDocuments());
    await goesAway();
    const since = performance.now();
    const late = lasting(ANSWER_MS + 5_000).then(() => ({ status: 0, at: Infinity }));
    const ended = await Promise.all(answers.map(async (answer) => Promise.race([answer, late])));
    expect(ended.map(({ status }) => status)).to.deep.equal(clients.map(() => 503));
    for (const { at } of ended) expect(at - since).to.be.below(ANSWER_MS);
    await comesBack();
    // Their places are free again.
    const form = new FormData();
    form.set('file', new Blob(['Id\n'], { type: 'text/csv' }), 'rows.csv');
    for (let i = 0; i < CLIENTS.length + 1; i += 1) {
      expect((await call({ url }, 'POST', '/imports', { token, body: form })).status).to.equal(202);
    }
  }

  it('when killed, has each of them answered with 503 in time, and leaves no place taken', async () => {
    await endsInTime(
      [...CLIENTS, PAUSING],
      () => mongod.kill(),
      async () => {
        mongod.restart();
        await mongod.primary();
      },
    );
  });

  it('when hung, has each of them answered with 503 in time, and leaves no place taken', async () => {
    await endsInTime(
      CLIENTS,
      async () => mongod.signal('SIGSTOP'),
      async () => {
        mongod.signal('SIGCONT');
        await mongod.primary();
      },
    );
  });
});
