/** Insights of chosen channels are those channels of the whole answer, in the order asked for. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';

describe('GET /ecgs/{id}/insights with channels', () => {
  let app: TestApp;
  let id: string;
  before(async () => {
    app = await startTestApp();
    const leads = ['MLII', 'V5', 'Resp'].map((name, k) => ({
      name,
      signal: Array.from({ length: 400 }, (_, i) => Math.round(20 * Math.sin((i * (k + 1)) / 3))),
    }));
    const body = { samplingRate: 100, unit: 'mV', gain: 10, leads };
    id = (await call(app, 'POST', '/ecgs', { token: app.clinician.token, body })).json.id;
  });
  after(() => app.close());

  const get = (query: string) => call(app, 'GET', `/ecgs/${id}/insights?${query}`, { token: app.clinician.token });

  for (const options of ['', 'from=0.5&to=3.2', 'deadBand=0.7', 'gaps=bridge&from=1']) {
    it(`answers these alone${options && ` for ${options}`}`, async () => {
      const all = (await get(options)).json;
      const { status, json } = await get(`${options}&channels=resp,II`);
      expect(status).to.equal(200);
      expect(json).to.deep.equal({ ...all, channels: [all.channels[2], all.channels[0]] });
      expect((await get(options)).json).to.deep.equal(all);
    });
  }

  it('refuses unknown ones with the names of all', async () => {
    const { status, json } = await get('channels=V6');
    expect([status, json.code, json.detail]).to.deep.equal([
      400,
      'invalid-query',
      'Its channels are "MLII", "V5", "Resp".',
    ]);
  });

  it('finds the samples of a channel by its lead', async () => {
    const [byLead, byName, missing] = await Promise.all(
      ['II', 'MLII', 'V9'].map((name) =>
        call(app, 'GET', `/ecgs/${id}/channels/${name}/samples`, { token: app.clinician.token }),
      ),
    );
    expect(byLead?.json).to.deep.include({ channel: 'MLII', samples: byName?.json.samples });
    expect(missing?.json).to.include({ status: 404, code: 'not-found' });
  });
});
