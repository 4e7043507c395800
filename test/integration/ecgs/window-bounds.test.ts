/** Windows that only begin, only end, or have no length: the same in everything that is read by seconds. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';

const RATE = 100;
const SECONDS = 10;

describe('a window of a recording', () => {
  let app: TestApp;
  let path: string;
  const signal = Array.from({ length: RATE * SECONDS }, (_, i) => i - 500);

  before(async () => {
    app = await startTestApp();
    const body = { samplingRate: RATE, date: '2026-01-15T09:30:00Z', leads: [{ name: 'I', unit: 'mV', signal }] };
    const { json } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, body });
    path = `/ecgs/${json.id}`;
  });
  after(() => app.close());

  const get = (what: string) => call(app, 'GET', `${path}${what}`, { token: app.clinician.token });
  /** Samples that are inside, as three operations have them. */
  const inside = async (window: string): Promise<number[]> => {
    const { json } = await get(`/insights?${window}`);
    const exported = await get(`/export?format=json&${window}`);
    expect(exported.status, exported.text.slice(0, 200)).to.equal(200);
    const found = [json.channels[0].samples, JSON.parse(exported.text).leads[0].signal.length];
    const [, from = '0'] = /from=([\d.]+)/.exec(window) ?? [];
    expect(JSON.parse(exported.text).leads[0].signal[0]).to.equal(signal[Number(from) * RATE]);
    return found;
  };

  for (const [window, samples] of [
    ['from=4', 600],
    ['to=4', 400],
    ['from=2&to=4', 200],
    ['from=9.99', 1],
    ['to=0.01', 1],
    ['from=0', 1_000],
  ] as const) {
    it(`?${window} contains the samples from its start up to its end`, async () => {
      expect(await inside(window)).to.deep.equal([samples, samples]);
    });
  }

  it('is written with the time of its first sample', async () => {
    for (const [window, time] of [
      ['from=4', '09:30:04'],
      ['to=4', '09:30:00'],
    ] as const) {
      const { date } = JSON.parse((await get(`/export?format=json&${window}`)).text);
      expect(new Date(date).toISOString()).to.equal(`2026-01-15T${time}.000Z`);
    }
  });

  for (const window of ['from=4&to=3.99', 'from=4&to=4']) {
    it(`?${window} is refused for an export and a picture`, async () => {
      for (const what of ['/export?format=json&', '/ecg.svg?']) {
        expect((await get(`${what}${window}`)).status, what).to.be.within(400, 422);
      }
    });
  }
});
