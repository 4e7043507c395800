/** Windows that begin after the end of the recording: an empty answer would look like a flat line. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { made, timed } from '../../unit/formats/edf/support.ts';

describe('a window outside the recording', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    const leads = [
      { name: 'II', signal: Array.from({ length: 400 }, (_, i) => (i % 7) - 3) },
      { name: 'V5', signal: Array.from({ length: 200 }, (_, i) => (i % 5) - 2) },
    ];
    id = (await call(app, 'POST', '/ecgs', { token, body: { samplingRate: 100, leads } })).json.id;
  });
  after(() => app.close());

  const get = (path: string, of = id): Promise<Answer> => call(app, 'GET', `/ecgs/${of}/${path}`, { token });
  const ways = [
    'insights?',
    'insights?gaps=bridge&',
    'channels/II/samples?',
    'samples?',
    'ecg.svg?',
    'annotations?',
    ...['json', 'wfdb', 'edf', 'csv', 'fhir', 'dicom', 'aecg'].map((format) => `export?format=${format}&`),
  ];

  for (const way of ways) {
    it(`is refused with the duration by ${way.split('&')[0]}`, async () => {
      for (const window of ['from=4', 'from=4.5&to=6', 'from=1e300']) {
        const answer = await get(way + window);
        expect([answer.status, answer.json?.code], `${window} ${answer.text.slice(0, 200)}`).to.deep.equal([
          422,
          'window-outside',
        ]);
        expect(answer.json.detail).to.match(/lasts only 4 s/);
      }
    });
  }

  it('is one after the end of the requested channel, but not if another channel continues', async () => {
    for (const way of [
      'channels/V5/samples?',
      'ecg.svg?channels=V5&',
      'insights?channels=V5&',
      'export?format=csv&channels=V5&',
    ]) {
      const { json } = await get(`${way}from=3`);
      expect([json.code, json.detail]).to.deep.equal([
        'window-outside',
        'The window begins at 3 s, but the channel lasts only 2 s. Choose an earlier start.',
      ]);
    }
    const { channels } = (await get('insights?from=3')).json;
    expect(channels.map(({ samples }: { samples: number }) => samples)).to.deep.equal([100, 0]);
    expect((await get('ecg.svg?from=3')).status).to.equal(200);
  });

  it('is not one that extends beyond the end, of which the part inside is answered', async () => {
    expect((await get('insights?from=3.5&to=9')).json.channels[0]).to.include({ samples: 50, duration: 0.5 });
    expect((await get('channels/II/samples?from=3.5&to=9')).json.count).to.equal(50);
    expect((await get('ecg.svg?from=3.5&to=9')).status).to.equal(200);
    expect(
      JSON.parse((await get('export?format=json&from=3.5&to=9&channels=II')).text).leads[0].number_of_samples,
    ).to.equal(50);
  });

  it('is not one that still contains marks', async () => {
    const signals = [{ label: 'II', records: [[1, -1]] }, { records: [timed(0, '+5\x14left the room\x14')] }];
    const { json } = await upload(app, token, [{ file: 'r.edf', bytes: made({ reserved: 'EDF+C', signals }) }]);
    expect((await get('annotations?from=3', json.id)).json.items.map(({ at }: { at: number }) => at)).to.deep.equal([
      5,
    ]);
    expect((await get('annotations?from=6', json.id)).json.code).to.equal('window-outside');
  });
});
