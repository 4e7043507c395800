/** Tables of devices over HTTP: the small files of CASES_DIR, and the parameters that settle a doubt. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { caseFile } from '../../support/recordings.ts';

type Channel = { name: string; samplingRate: number | null; unit: string | null; samples: number };

const channels = ({ json }: Answer): unknown[] =>
  (json.channels as Channel[]).map(({ name, samplingRate, unit, samples }) => [name, samplingRate, unit, samples]);

describe('Tables of devices over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (body: string | Uint8Array, query = ''): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, {
      token: app.clinician.token,
      raw: body,
      headers: { 'Content-Type': 'text/csv' },
    });

  const cases: [string, unknown[], string | null][] = [
    ['apple-watch-en.csv', [['I', 512, 'µV', 60]], '2024-03-05T07:15:30'],
    ['polar-sensor-logger.txt', [['ecg', 130, 'uV', 60]], '2024-03-05T'],
    [
      'labchart.txt',
      [
        ['ECG', 1000, 'mV', 60],
        ['Resp', 1000, 'V', 60],
      ],
      '2024-03-05T',
    ],
    ['decimal-comma-one-column-header.csv', [['I', null, 'µV', 60]], null],
    ['decimal-comma-one-column.csv', [['ch1', null, null, 60]], null],
    [
      'german-time-column.csv',
      [
        ['EKG I', 500, 'mV', 60],
        ['EKG II', 500, 'mV', 60],
      ],
      null,
    ],
    [
      'rdsamp-pv.txt',
      [
        ['MLII', 360, 'mV', 60],
        ['V5', 360, 'mV', 60],
      ],
      null,
    ],
    [
      'utf16.csv',
      [
        ['I', null, null, 60],
        ['II', null, null, 60],
      ],
      null,
    ],
    [
      'comments-bom.csv',
      [
        ['I', 250, null, 60],
        ['II', 250, null, 60],
      ],
      null,
    ],
  ];
  for (const [file, expected, date] of cases)
    it(`read ${file}`, async function () {
      const created = await upload(app, app.clinician.token, [{ file, bytes: caseFile(this, file) }]);
      expect(created.status, created.text).to.equal(201);
      expect(created.json.format).to.equal('csv');
      expect(channels(created)).to.deep.equal(expected);
      if (date === null) expect(created.json.date).to.equal(null);
      else expect(created.json.date).to.include(date);
    });

  it('take decimal and columns from the query, and refuse words that are none', async () => {
    const commas = await send('21,05\n22,10\n23,07\n', '?decimal=point');
    expect(commas.status, commas.text).to.equal(201);
    expect(channels(commas)).to.have.lengthOf(2);
    const doubtful = await send('31,05\n32,10\n33,07\n');
    expect(channels(doubtful)).to.have.lengthOf(1);
    expect(doubtful.text).to.include('decimal=point');
    const table = Array.from({ length: 12 }, (_, i) => `${i * 4};${i % 5}`).join('\n');
    const timed = await send(`x;I\n${table}\n`, '?columns=ms,channel&unit=mV&gain=1');
    expect(channels(timed)).to.deep.equal([['I', 250, 'mV', 12]]);
    const refused = await send('1,2\n', '?columns=fortnights');
    expect(refused.status).to.equal(400);
    expect(refused.text).to.include('channel, skip');
  });

  it('take them with names of uploads, too', async () => {
    const bytes = Buffer.from('41,05\n42,10\n43,07\n');
    const place = await call(app, 'POST', '/uploads', {
      token: app.clinician.token,
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(bytes.length) },
    });
    expect(place.status, place.text).to.equal(201);
    const id = String(place.headers.get('location')).split('/').at(-1);
    const sent = await call(app, 'PATCH', `/uploads/${id}`, {
      token: app.clinician.token,
      raw: bytes,
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
    });
    expect(sent.status, sent.text).to.equal(204);
    const made = await call(app, 'POST', '/ecgs', {
      token: app.clinician.token,
      body: { uploads: [id], decimal: 'point' },
    });
    expect(made.status, made.text).to.equal(201);
    expect(channels(made)).to.have.lengthOf(2);
  });
});
