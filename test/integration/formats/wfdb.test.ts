/** Real WFDB records over HTTP: the digits and the crossings found by independent tools. */
import { basename } from 'node:path';
import { expect } from 'chai';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { digitsHash, goldenChannels } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { MISSING_DIGIT, recordFiles } from '../../unit/formats/wfdb/support.ts';

const folder = recordingsDir();
const golden = folder === null ? [] : goldenChannels(folder).filter(({ fmt }) => fmt in MISSING_DIGIT || fmt === '8');
const records = [...new Set(golden.map(({ record }) => record))];

describe(`real WFDB records over HTTP (${golden.length} channels, ${records.length} in RECORDINGS_DIR)`, function () {
  this.timeout(60_000);
  let app: TestApp;
  let owner: Principal;
  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
  });
  after(async () => app.close());
  const get = (path: string, accept = 'application/json') => call(app, 'GET', path, { token: owner.token, accept });

  for (const record of records) {
    it(`${record} comes back exactly, with the crossings in golden.json`, async () => {
      const { files } = recordFiles(folder!, record);
      // Segments of one record may be equal.
      const created = await upload(
        app,
        owner.token,
        Object.entries(files).map(([file, bytes]) => ({ file, bytes })),
        '?duplicate=allow',
      );
      expect(created.status, created.text).to.equal(201);
      expect(created.json.format).to.equal('wfdb');
      const insights = (await get(`/ecgs/${created.json.id}/insights`)).json;
      for (const expected of golden.filter((channel) => channel.record === record)) {
        const {
          channel: name,
          samples,
          samplingRate,
          gain,
          baseline,
          unit,
          missing,
          zeroCrossings,
          channel_index: index,
        } = expected;
        expect(created.json.channels[index]).to.include({
          name,
          samples,
          samplingRate,
          gain,
          zeroLevel: baseline,
          unit,
          missing,
        });
        expect(insights.channels[index], name).to.include({ name, samples, missing, zeroCrossings });
        const answer = await get(
          `/ecgs/${created.json.id}/channels/${encodeURIComponent(name)}/samples`,
          'application/octet-stream',
        );
        const type = answer.headers.get('sample-type');
        expect(type).to.be.oneOf(['int16', 'int32']);
        const digits = type === 'int16' ? new Int16Array(answer.bytes) : new Int32Array(answer.bytes);
        const marker = type === 'int16' ? -32768 : -2147483648;
        expect(
          digitsHash(
            Float64Array.from(digits, (value) => (value === marker ? NaN : value)),
            MISSING_DIGIT[expected.fmt],
          ),
          name,
        ).to.equal(expected.digitsSha256Int32LE);
      }
    });
  }

  if (folder === null) return;

  it('keeps the annotations of 100.atr, by pages and windows', async () => {
    const { files } = recordFiles(folder, '100');
    const { json } = await upload(
      app,
      owner.token,
      Object.entries(files).map(([file, bytes]) => ({ file, bytes })),
    );
    expect(json.annotations).to.equal(2274);
    const all: { at: number; code: string }[] = [];
    for (let cursor = ''; ;) {
      const page = (await get(`/ecgs/${json.id}/annotations?limit=200${cursor}`)).json;
      all.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(all).to.have.length(2274);
    expect(all.filter(({ code }) => code === 'A')).to.have.length(33);
    expect(all.filter(({ code }) => code === 'V')).to.have.length(1);
    const window = (await get(`/ecgs/${json.id}/annotations?from=100&to=110`)).json;
    expect(window.items).to.deep.equal(all.filter(({ at }) => at >= 100 && at < 110));
    expect((await call(app, 'GET', `/ecgs/${json.id}/annotations`, { token: app.other.token })).status).to.equal(404);
    expect((await call(app, 'DELETE', `/ecgs/${json.id}`, { token: owner.token })).status).to.equal(204);
  });

  it('takes the files of a record of several segments in any order', async () => {
    const { files, main } = recordFiles(folder, 'fixed1/v102s');
    const names = Object.keys(files);
    for (const order of [names, names.toReversed(), ['v102s_2.hea', 'v102s.dat', 'v102s_1.hea', main, 'v102s_3.hea']]) {
      const created = await upload(
        app,
        owner.token,
        order.map((file) => ({ file: `records/${file}`, bytes: files[file]! })),
        '?duplicate=allow',
      );
      expect(created.status, created.text).to.equal(201);
      expect(created.json.channels[0]).to.include({ name: 'II', samples: 225_000, missing: 9 });
    }
    expect(basename(main)).to.equal('v102s.hea');
  });
});
