/** Real EDF files over HTTP: the digits and the crossings found by independent tools; and the handling of bad files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { digitsHash, goldenChannels } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { made, timed } from '../../unit/formats/edf/support.ts';

const folder = recordingsDir();
const golden = folder === null ? [] : goldenChannels(folder).filter(({ record }) => record.endsWith('.edf'));
const records = [...new Set(golden.map(({ record }) => record))];

describe(`EDF files over HTTP (${golden.length} channels, ${records.length} files in RECORDINGS_DIR)`, function () {
  this.timeout(60_000);
  let app: TestApp;
  let owner: Principal;
  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
  });
  after(async () => app.close());
  const get = (path: string, accept = 'application/json') => call(app, 'GET', path, { token: owner.token, accept });
  const total = async (): Promise<number> => (await get('/ecgs?total=true&limit=1')).json.total;
  const samples = async (
    id: string,
    name: string,
  ): Promise<{ type: string | null; digits: Int16Array | Int32Array }> => {
    const answer = await get(`/ecgs/${id}/channels/${encodeURIComponent(name)}/samples`, 'application/octet-stream');
    const type = answer.headers.get('sample-type');
    return { type, digits: type === 'int16' ? new Int16Array(answer.bytes) : new Int32Array(answer.bytes) };
  };

  for (const record of records) {
    it(`${record} comes back exactly, with the crossings in golden.json`, async () => {
      const created = await upload(app, owner.token, [
        { file: record, bytes: readFileSync(join(folder!, 'edf', record)) },
      ]);
      expect(created.status, created.text).to.equal(201);
      expect(created.json.format).to.equal('edf');
      const insights = (await get(`/ecgs/${created.json.id}/insights`)).json;
      for (const expected of golden.filter((channel) => channel.record === record)) {
        const {
          channel: name,
          samples: count,
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
          samples: count,
          samplingRate,
          gain,
          zeroLevel: baseline,
          unit,
          missing,
        });
        expect(insights.channels[index], name).to.include({ name, samples: count, missing, zeroCrossings });
        expect(digitsHash(Float64Array.from((await samples(created.json.id, name)).digits)), name).to.equal(
          expected.digitsSha256Int32LE,
        );
      }
    });
  }

  it('keeps the annotations of a real file', async function () {
    if (folder === null) this.skip();
    const { json } = await upload(app, owner.token, [
      { file: 'x', bytes: readFileSync(join(folder, 'edf', 'test_utf8.edf')) },
    ]);
    const { items } = (await get(`/ecgs/${json.id}/annotations`)).json;
    expect(items.map(({ text }: { text: string }) => text)).to.deep.equal([
      'XLSpike',
      'Clip Note',
      '中文测试八个字',
      'XLEvent',
      'XLSpike',
    ]);
  });

  it('treats a gap as missing samples and -32768 as a value', async () => {
    const bytes = made({
      reserved: 'EDF+D',
      signals: [
        {
          label: 'II',
          records: [
            [5, -32768],
            [-7, 8],
          ],
        },
        { records: [timed(0), timed(2)] },
      ],
    });
    const created = await upload(app, owner.token, [{ file: 'gap.edf', bytes }]);
    expect(created.status, created.text).to.equal(201);
    expect(created.json.channels[0]).to.include({ name: 'II', samples: 6, missing: 2 });
    const { type, digits } = await samples(created.json.id, 'II');
    expect(type).to.equal('int32');
    expect([...digits]).to.deep.equal([5, -32768, -2147483648, -2147483648, -7, 8]);
  });

  it('refuses truncated files and false values, and keeps nothing of them', async () => {
    const before = await total();
    expect(before).to.be.a('number');
    const bytes = made({
      signals: [
        {
          records: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    });
    const cut = await upload(app, owner.token, [{ file: 'a.edf', bytes: bytes.slice(0, -1) }]);
    expect(cut.status, cut.text).to.equal(422);
    expect(cut.text).to.include('truncated');
    const lying = await upload(app, owner.token, [
      { file: 'a.edf', bytes: made({ duration: 'abc', signals: [{ records: [[1, 2]] }] }) },
    ]);
    expect(lying.status, lying.text).to.equal(400);
    expect(await total()).to.equal(before);
  });
});
