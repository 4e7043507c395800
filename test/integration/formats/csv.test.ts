/** CSV files over HTTP. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';

describe('CSV files over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (text: string, query = ''): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, {
      token: app.clinician.token,
      raw: text,
      headers: { 'Content-Type': 'text/csv' },
    });
  const insights = async (id: string) =>
    (await call(app, 'GET', `/ecgs/${id}/insights`, { token: app.clinician.token })).json.channels;

  const total = async (): Promise<number> =>
    (await call(app, 'GET', '/ecgs?total=true&limit=1', { token: app.clinician.token })).json.total;

  it('become recordings with the rate of their time column', async () => {
    const created = await send(
      "'Elapsed time','MLII','V5'\n'seconds','mV','mV'\n0.000,-0.145,-0.065\n0.002,0.145,\n0.004,-0.1,0.02\n",
    );
    expect(created.status, created.text).to.equal(201);
    expect(created.json.format).to.equal('csv');
    expect(created.json.channels[0]).to.include({
      name: 'MLII',
      lead: 'II',
      samplingRate: 500,
      unit: 'mV',
      gain: 1,
      samples: 3,
      missing: 0,
    });
    expect(created.json.channels[1]).to.include({ name: 'V5', lead: 'V5', samples: 3, missing: 1 });
    expect(
      (await insights(created.json.id)).map((channel: { zeroCrossings: number }) => channel.zeroCrossings),
    ).to.deep.equal([2, 0]);
  });

  it('take the rate and the unit from their sender if they have none', async () => {
    const created = await send('I;II\n1,5;-2\n-1,5;2\n', '?samplingRate=250&unit=mV&id=csv-1');
    expect(created.status, created.text).to.equal(201);
    expect(created.json).to.include({ externalId: 'csv-1' });
    expect(created.json.channels[1]).to.include({ samplingRate: 250, unit: 'mV' });
    const fields = await upload(app, app.clinician.token, [
      { file: 'x.csv', bytes: Buffer.from('I\n1\n-1\n') },
      { field: 'samplingRate', value: '128' },
    ]);
    expect(fields.json.channels[0]).to.include({ samplingRate: 128, unit: null });
  });

  it('are refused with the line and the column, and nothing of them is kept', async () => {
    const before = await total();
    const refused = await send('I,II\n1,2\n3,abc\n');
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include('Line 3, column 2');
    expect((await send('"I,II\n1,2\n')).status).to.equal(400);
    expect(await total()).to.equal(before);
  });
});
