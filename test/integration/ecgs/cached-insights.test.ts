/** Insights that come from memory are those of the recording as it is now, for those who may see it. */
import { expect } from 'chai';
import mongoose from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';

describe('insights of a recording that was just read', () => {
  let app: TestApp;
  let id: string;
  let finds = 0;
  before(async () => {
    app = await startTestApp(
      {},
      {
        connected: async (database) => {
          const { name } = database;
          const { hosts, replicaSet } = database.getClient().options;
          const uri = `mongodb://${hosts.join(',')}/${name}?replicaSet=${replicaSet}`;
          const connection = await mongoose.createConnection(uri, { monitorCommands: true }).asPromise();
          connection.getClient().on('commandStarted', ({ commandName, command }) => {
            if (commandName === 'find' && command['find'] === 'ecgs') finds++;
          });
          return connection;
        },
      },
    );
  });
  after(() => app.close());
  beforeEach(async () => {
    const body = { samplingRate: 500, leads: [{ name: 'II', signal: [1, -1, 2, -2, Math.floor(finds)] }] };
    id = (await call(app, 'POST', '/ecgs?duplicate=allow', { token: app.clinician.token, body })).json.id;
  });

  const read = async (token = app.clinician.token): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/insights`, { token });
  const minimum = async (): Promise<number> => (await read()).json.channels[0].minimum;

  it('need no further query', async () => {
    const first = await read();
    finds = 0;
    const second = await read();
    expect(finds).to.equal(0);
    expect(second.text).to.equal(first.text);
    expect(second.headers.get('content-type')).to.equal('application/json; charset=utf-8');
  });

  it('are new ones at once after a change', async () => {
    expect(await minimum()).to.equal(-2);
    await call(app, 'PATCH', `/ecgs/${id}`, { token: app.clinician.token, body: { unit: 'mV', gain: 2 } });
    expect(await minimum()).to.equal(-1);
  });

  it('do not exist any more at once after a removal', async () => {
    expect((await read()).status).to.equal(200);
    await call(app, 'DELETE', `/ecgs/${id}`, { token: app.clinician.token });
    expect((await read()).status).to.equal(404);
  });

  it('do not exist for another clinician, whoever has read them before', async () => {
    expect((await read()).status).to.equal(200);
    expect((await read(app.other.token)).status).to.equal(404);
    expect((await read(app.admin.token)).status).to.equal(403);
  });
});
