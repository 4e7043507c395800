/** Changes during an upload or a long read. */
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { Recordings } from '../../../src/ecgs/store/recordings.ts';
import { insights } from '../../../src/ecgs/reading/insights.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld, whileSlow } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';
import { noise } from '../../support/signals.ts';

const signal = `[${noise(400_000).join()}]`;
const upload = `{"leads":[{"name":"I","signal":${signal}},{"name":"II","signal":${signal}}]}`;

describe('during an upload', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  /** Sends all but the last byte; `finish` sends that and returns the answer. */
  async function begun(user: Principal): Promise<{ socket: Socket; finish: () => Promise<string> }> {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString();
    });
    socket.on('error', () => undefined);
    socket.write(
      'POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\n' +
        `Authorization: Bearer ${user.token}\r\n` +
        'Content-Type: application/json\r\n' +
        `Content-Length: ${upload.length}\r\n\r\n${upload.slice(0, -1)}`,
    );
    await eventually('the upload has begun', async () => (await blockCollection(app.database).countDocuments()) > 0);
    const finish = async (): Promise<string> => {
      socket.write(upload.slice(-1));
      await eventually('the upload is answered', () => answer.includes('\r\n\r\n'));
      socket.destroy();
      return answer.split('\r\n')[0] as string;
    };
    return { socket, finish };
  }
  const left = async (): Promise<number[]> => [
    await ecgModel(app.database).countDocuments({ version: { $gte: 1 } }),
    await blockCollection(app.database).countDocuments(),
  ];

  for (const [what, change] of [
    [
      'is deactivated',
      (user: Principal) =>
        call(app, 'PATCH', `/users/${user.id}`, { token: app.admin.token, body: { isActive: false } }),
    ],
    [
      'becomes an admin',
      (user: Principal) => call(app, 'PATCH', `/users/${user.id}`, { token: app.admin.token, body: { role: 'admin' } }),
    ],
    ['is deleted', (user: Principal) => call(app, 'DELETE', `/users/${user.id}`, { token: app.admin.token })],
    ['logs out', (user: Principal) => call(app, 'POST', '/auth/logout', { token: user.token })],
  ] as const) {
    it(`it is refused and leaves nothing if its user ${what}`, async () => {
      const user = await app.newUser('clinician');
      const { finish } = await begun(user);
      expect((await change(user)).status).to.be.within(200, 204);
      expect(await finish()).to.include(' 401 ');
      expect(await left()).to.deep.equal([0, 0]);
    });
  }

  it('it is refused and leaves nothing if its user is deleted at the moment of publication', async () => {
    const user = await app.newUser('clinician');
    const { finish } = await begun(user);
    const answer = await whileHeld(app.database, { command: 'insert', collection: 'ecgs' }, finish, async () => {
      expect((await call(app, 'DELETE', `/users/${user.id}`, { token: app.admin.token })).status).to.equal(204);
    });
    expect(answer).to.include(' 401 ');
    expect(await left()).to.deep.equal([0, 0]);
  });

  it('either it is published and its user kept, or its user deleted and nothing left, if both coincide', async () => {
    const user = await app.newUser('clinician');
    const { finish } = await begun(user);
    await whileSlow(app.database, { command: 'find', collection: 'users' }, 300, async () => {
      const removed = call(app, 'DELETE', `/users/${user.id}`, { token: app.admin.token });
      const [answer, removal] = await Promise.all([finish(), removed]);
      const isPublished = answer.includes(' 201 ');
      expect([isPublished, removal.status], answer).to.deep.be.oneOf([
        [true, 409],
        [false, 204],
      ]);
      const [recordings, blocks] = await left();
      expect([recordings, blocks !== 0]).to.deep.equal([isPublished ? 1 : 0, isPublished]);
    });
  });

  it('it ends normally if nothing changes', async () => {
    const { finish } = await begun(app.clinician);
    expect(await finish()).to.include(' 201 ');
  });

  it('a stopping service waits until its writes are reverted', async () => {
    const { socket } = await begun(app.clinician);
    const closing = app.close();
    socket.destroy();
    await closing;
    expect(await left()).to.deep.equal([0, 0]);
  });
});

describe('a recording that is deleted while it is read', () => {
  it('is reported as missing, not as broken', async () => {
    const app = await startTestApp();
    const { json } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, raw: upload });
    const own = new Recordings(app.database, app.clinician.id);
    const reading = own.reading(json.id, {}, async (ecg) => {
      expect((await call(app, 'DELETE', `/ecgs/${json.id}`, { token: app.clinician.token })).status).to.equal(204);
      return insights(ecg, { deadBand: 1, gaps: 'bridge' }, app.database);
    });
    expect(
      await reading.then(
        () => 'read',
        (error: unknown) => (error as { code: string }).code,
      ),
    ).to.equal('not-found');
    await app.close();
  });

  it('is reported as broken if it exists without its samples', async () => {
    const app = await startTestApp();
    const { token } = app.clinician;
    const { json } = await call(app, 'POST', '/ecgs', { token, raw: upload });
    await blockCollection(app.database).deleteMany({});
    expect((await call(app, 'GET', `/ecgs/${json.id}/insights?gaps=bridge`, { token })).status).to.equal(500);
    await app.close();
  });
});

describe('an upload of many channels', () => {
  it('stores finished channels while it still arrives, and is counted about a zero level at the end', async () => {
    const app = await startTestApp();
    const { token } = app.clinician;
    // 40 last blocks of 480 KB each.
    const values = Array.from({ length: 60_000 }, (_, i) => (i % 5) - 2 + (i === 7 ? 0.1 : 0));
    const lead = JSON.stringify(values);
    const leads = Array.from({ length: 40 }, (_, i) => `{"name":"c${i}","signal":${lead}}`);
    const { json, status } = await call(app, 'POST', '/ecgs', {
      token,
      raw: `{"leads":[${leads.join(',')}],"zeroLevel":0.5}`,
    });
    expect(status).to.equal(201);
    const { json: answer } = await call(app, 'GET', `/ecgs/${json.id}/insights`, { token });
    let crossings = 0;
    for (let i = 1; i < values.length; i++) if (values[i]! > 0.5 !== values[i - 1]! > 0.5) crossings++;
    for (const channel of answer.channels) expect(channel.zeroCrossings, channel.name).to.equal(crossings);
    const sizes = await blockCollection(app.database)
      .find()
      .map((document) => document.blocks.reduce((sum, block) => sum + block.data.length(), 0))
      .toArray();
    expect(sizes.length).to.be.above(10);
    expect(Math.max(...sizes)).to.be.at.most(1 << 20);
    const samples = await call(app, 'GET', `/ecgs/${json.id}/channels/c17/samples`, { token });
    expect(samples.json.samples).to.deep.equal(values);
    await app.close();
  });
});
