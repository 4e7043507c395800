/** `GET /ecgs/{id}/export` in every format, and `GET /ecgs/{id}/checks`. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { MAX_EXPORTED_ANNOTATIONS } from '../../../src/ecgs/reading/export.ts';
import { writeRun } from '../../../src/ecgs/store/annotations.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../../../src/formats/types.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { unzip } from '../../support/zip.ts';

const fixture = readFileSync(new URL('../../../fixtures/ecg-12lead-10s.json', import.meta.url));
/** Texts that must not occur in de-identified files. */
const PERSONAL = { id: 'study-of-somebody', notes: 'lives in the green house', date: '2026-02-03T04:05:06Z' };
const WRITTEN = ['json', 'wfdb', 'edf', 'dicom', 'aecg', 'fhir', 'csv'] as const;

const mark = (at: number): Annotation => ({ at, duration: null, channel: null, code: 'N', text: null });

const filesOf = (answer: Answer): Map<string, Buffer> => {
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
  const bytes = Buffer.from(answer.bytes);
  return name.endsWith('.zip') ? unzip(bytes) : new Map([[name, bytes]]);
};

describe('GET /ecgs/{id}/export', () => {
  let app: TestApp;
  let token: string;
  let id: string;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    id = (await call(app, 'POST', '/ecgs', { token, body: { ...JSON.parse(fixture.toString()), ...PERSONAL } })).json
      .id;
  });
  after(() => app.close());

  const get = (query: string, of = id): Promise<Answer> => call(app, 'GET', `/ecgs/${of}/export?${query}`, { token });
  const samplesOf = async (ecg: string, channel: string): Promise<unknown> =>
    (await call(app, 'GET', `/ecgs/${ecg}/channels/${channel}/samples`, { token })).json.samples;
  const insightsOf = async (ecg: string): Promise<{ name: string; zeroCrossings: number; maximum: number }[]> =>
    (await call(app, 'GET', `/ecgs/${ecg}/insights`, { token })).json.channels;

  it('of a window after the end of a channel begins where the others do', async () => {
    const signal = Array.from({ length: 10_000 }, (_, i) => (i % 50) - 25);
    const leads = [
      { name: 'short', signal: signal.slice(0, 1_000) },
      { name: 'long', signal },
    ];
    const body = { date: '2026-01-15T09:00:00Z', samplingRate: 100, unit: 'mV', gain: 1000, leads };
    const { json } = await call(app, 'POST', '/ecgs', { token, body });
    const files = filesOf(await get('format=wfdb&from=50', json.id));
    const [, header] = [...files].find(([name]) => name.endsWith('.hea'))!;
    expect(header.toString().split('\n')[0]).to.match(/ 09:00:50(\.000)? 15\/01\/2026$/);
  });

  for (const format of WRITTEN) {
    describe(`as ${format}`, () => {
      it('comes back as the same recording', async () => {
        const answer = await get(`format=${format}`);
        expect(answer.status, answer.text.slice(0, 300)).to.equal(200);
        const other = await app.newUser('clinician');
        const again = await upload(
          app,
          other.token,
          [...filesOf(answer)].map(([file, bytes]) => ({ file, bytes })),
        );
        expect(again.status, again.text).to.equal(201);
        const theirs = (await call(app, 'GET', `/ecgs/${again.json.id}/insights`, { token: other.token })).json
          .channels as typeof own;
        const own = await insightsOf(id);
        expect(theirs.map(({ zeroCrossings }) => zeroCrossings)).to.deep.equal(
          own.map(({ zeroCrossings }) => zeroCrossings),
        );
        for (const [i, channel] of own.entries())
          expect(theirs[i]!.maximum, channel.name).to.be.closeTo(channel.maximum, 1e-9);
        if (format !== 'csv') {
          const digits = (
            await call(app, 'GET', `/ecgs/${again.json.id}/channels/${encodeURIComponent(theirs[1]!.name)}/samples`, {
              token: other.token,
            })
          ).json.samples;
          expect(digits).to.deep.equal(await samplesOf(id, 'II'));
        }
      });

      it('contains a window of some channels', async () => {
        const answer = await get(`format=${format}&from=2&to=4.5&channels=V2,II`);
        expect(answer.status, answer.text.slice(0, 300)).to.equal(200);
        const other = await app.newUser('clinician');
        const again = await upload(
          app,
          other.token,
          [...filesOf(answer)].map(([file, bytes]) => ({ file, bytes })),
        );
        expect(
          again.json.channels.map((channel: { lead: string; samples: number }) => [channel.lead, channel.samples]),
        ).to.deep.equal(
          // DICOM has the standard leads in their usual order.
          (format === 'dicom' ? ['II', 'V2'] : ['V2', 'II']).map((lead) => [lead, 1250]),
        );
      });

      it('names nobody when it is de-identified', async () => {
        const files = filesOf(await get(`format=${format}&deidentify=true`));
        for (const [name, bytes] of files) {
          const text = `${name} ${bytes.toString('latin1')}`;
          for (const trace of [
            PERSONAL.id,
            PERSONAL.notes,
            id,
            '2026-02-03',
            '20260203',
            '03.02.26',
            '03/02/2026',
            '03-FEB-2026',
          ])
            expect(text.includes(trace), `${name}: ${trace}`).to.equal(false);
        }
      });
    });
  }

  describe('of a recording without a date', () => {
    let undated: string;
    before(async () => {
      const signal = Array.from({ length: 1_000 }, (_, at) => at % 7);
      const body = { samplingRate: 250, unit: 'mV', gain: 1000, leads: [{ name: 'II', signal }] };
      undated = (await call(app, 'POST', '/ecgs', { token, body })).json.id;
    });
    const dateIn = async (query: string): Promise<[string | null, string[]]> => {
      const [[file, bytes]] = [...filesOf(await get(query, undated))] as [[string, Buffer]];
      const other = await app.newUser('clinician');
      const { json } = await upload(app, other.token, [{ file, bytes }]);
      return [json.date, json.warnings];
    };

    it('as DICOM asks for one', async () => {
      const { status, json } = await get('format=dicom', undated);
      expect([status, json.code]).to.deep.equal([422, 'date-missing']);
      expect(json.detail).to.include('?date=2026-01-15T09:30:00Z');
      expect(await dateIn('format=dicom&date=2026-03-01T08:00:00Z')).to.deep.equal(['2026-03-01T08:00:00.000Z', []]);
    });

    it('has the date of the first sample of its window', async () => {
      for (const format of ['dicom', 'json', 'edf'])
        expect((await dateIn(`format=${format}&from=2&date=2026-03-01T08:00:00Z`))[0], format).to.equal(
          '2026-03-01T08:00:02.000Z',
        );
    });

    it('as DICOM without identities needs none, and comes back without a date and without a warning', async () => {
      expect(await dateIn('format=dicom&deidentify=true')).to.deep.equal([null, []]);
    });

    it('as another format needs none', async () => {
      expect((await dateIn('format=json'))[0]).to.equal(null);
    });

    for (const date of ['2026-02-30', 'yesterday', '2026-03-01T08:00:00Z&deidentify=true'])
      it(`refuses ?date=${date}`, async () => {
        const { status, json } = await get(`format=dicom&date=${date}`, undated);
        expect([status, json.code]).to.deep.equal([400, 'invalid-query']);
      });
  });

  it('keeps its own date, whatever is given', async () => {
    const [[, bytes]] = [...filesOf(await get('format=json&date=2026-03-01T08:00:00Z'))] as [[string, Buffer]];
    expect(JSON.parse(bytes.toString()).date).to.match(/^2026-02-03T04:05:06/);
  });

  it('is refused with the reason if the format cannot hold it', async () => {
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { leads: [{ name: 'I', signal: [1, 2, 3] }] },
    });
    const answer = await get('format=edf', json.id);
    expect([answer.status, answer.json.code]).to.deep.equal([422, 'format-unfit']);
    expect(answer.json.detail).to.include('needs a sampling rate');
  });

  for (const query of [
    '',
    'format=mp3',
    'format=csv&channels=X',
    'format=csv&channels=II,II',
    'format=csv&from=3&to=2',
    'format=csv&x=1',
  ]) {
    it(`refuses ?${query}`, async () => expect((await get(query)).status).to.equal(400));
  }

  for (const format of WRITTEN) {
    it(`is refused as ${format} for a window between two samples, also of a dated recording`, async () => {
      const body = { date: '2026-01-15T09:30:00Z', samplingRate: 4, leads: [{ name: 'I', signal: [1, -1, 2, -2] }] };
      const dated = (await call(app, 'POST', '/ecgs?duplicate=allow', { token, body })).json.id as string;
      const { status, json } = await get(`format=${format}&from=0.26&to=0.4`, dated);
      expect([status, json.code]).to.deep.equal([422, 'format-unfit']);
    });
  }

  it('of a window needs the sampling rates of its own channels only', async () => {
    const body = {
      leads: [
        { name: 'I', samplingRate: 4, signal: [1, -1, 2, -2] },
        { name: 'untimed', signal: [3] },
      ],
    };
    const partly = (await call(app, 'POST', '/ecgs', { token, body })).json.id as string;
    expect((await get('format=csv&from=0&to=0.5&channels=I', partly)).status).to.equal(200);
    const { status, json } = await get('format=csv&from=0&to=0.5', partly);
    expect([status, json.code]).to.deep.equal([422, 'sampling-rate-unknown']);
  });

  it('is refused if it would contain more annotations than fit into one', async () => {
    const body = { samplingRate: 500, leads: [{ name: 'I', signal: [1, -1] }] };
    const many = (await call(app, 'POST', '/ecgs', { token, body })).json.id as string;
    const of = {
      ecg: new Types.ObjectId(many),
      owner: new Types.ObjectId(app.clinician.id),
      writer: new Types.ObjectId(),
    };
    const marks = Array.from({ length: MAX_ANNOTATIONS_A_RUN }, (_, at) => mark(at));
    for (let run = 0; run <= MAX_EXPORTED_ANNOTATIONS / MAX_ANNOTATIONS_A_RUN; run++)
      await writeRun(app.database, of, run, marks);
    const { status, json } = await get('format=json', many);
    expect([status, json.code]).to.deep.equal([422, 'answer-too-large']);
  });

  it('accepts a name that contains a comma, and repeated parameters', async () => {
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { samplingRate: 100, leads: ['a, b', 'a', 'c'].map((name) => ({ name, signal: [1, 2] })) },
    });
    const names = async (query: string): Promise<string[]> =>
      JSON.parse((await get(`format=json&${query}`, json.id)).text).leads.map((lead: { name: string }) => lead.name);
    expect(await names('channels=a,%20b')).to.deep.equal(['a, b']);
    expect(await names('channels=a,c')).to.deep.equal(['a', 'c']);
    expect(await names('channels=c&channels=a,%20b')).to.deep.equal(['c', 'a, b']);
  });

  it('does not exist for another clinician', async () => {
    expect((await call(app, 'GET', `/ecgs/${id}/export?format=json`, { token: app.other.token })).status).to.equal(404);
  });
});

describe('GET /ecgs/{id}/checks', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const checksOf = async (body: unknown): Promise<[string, string[]][]> => {
    const { token } = app.clinician;
    const { json } = await call(app, 'POST', '/ecgs', { token, body });
    const answer = await call(app, 'GET', `/ecgs/${json.id}/checks`, { token });
    return answer.json.findings.map(({ code, channels }: { code: string; channels: string[] }) => [code, channels]);
  };

  it('finds nothing about a plausible recording', async () =>
    expect(await checksOf(JSON.parse(fixture.toString()))).to.deep.equal([]));

  it('finds what is unknown, what is flat, and what contradicts another lead', async () => {
    const ecg = JSON.parse(fixture.toString()) as {
      leads: { name: string; signal: (number | null)[] }[];
      samplingRate?: number;
      unit?: string;
    };
    const [first, second, third] = ecg.leads as [(typeof ecg.leads)[0], (typeof ecg.leads)[0], (typeof ecg.leads)[0]];
    third.signal = second.signal;
    ecg.leads[6]!.signal = first.signal.map(() => 3);
    ecg.leads[7]!.signal = first.signal.map(() => null);
    ecg.leads[8]!.name = 'electrode 9';
    expect(await checksOf({ ...ecg, id: 'other', unit: undefined })).to.deep.equal([
      ['unit-missing', ecg.leads.map(({ name }) => name)],
      ['lead-unknown', ['electrode 9']],
      ['nothing-recorded', ['V2']],
      ['lead-off', ['V1']],
      ['limb-leads-inconsistent', ['III']],
    ]);
  });
});
