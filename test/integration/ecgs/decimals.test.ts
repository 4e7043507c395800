/** Recordings with decimals are exported in the formats that store integers only, and come back the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { partsOf, wfdbSources } from '../../../scripts/formats/real-recordings.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { casesDir, recordingsDir } from '../../support/recordings.ts';
import { unzip } from '../../support/zip.ts';

const INTEGERS = ['wfdb', 'edf', 'dicom', 'aecg'] as const;
const DATE = '2026-01-15T09:30:00Z';

interface Channel {
  name: string;
  unit: string | null;
  calibrated: boolean;
  samplingRate: number;
  gain: number;
  zeroLevel: number;
  sampleType: string;
}

/** The warnings about rounded samples. */
const roundedOf = ({ headers }: Answer): string[] =>
  (JSON.parse(headers.get('export-warnings') ?? '[]') as string[]).filter((text) => text.includes('rounded to steps'));

describe('Exports of decimals as integers', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());

  const sent = async (leads: object[], about: object = {}): Promise<string> => {
    const body = { samplingRate: 250, date: DATE, leads, ...about };
    const { status, text, json } = await call(app, 'POST', '/ecgs?duplicate=allow', { token, body });
    expect(status, text).to.equal(201);
    return json.id;
  };
  const exported = (id: string, query: string): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/export?${query}`, { token });
  /** Uploads an export. @returns the id */
  const again = async (answer: Answer): Promise<string> => {
    expect(answer.status, answer.text.slice(0, 300)).to.equal(200);
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
    const bytes = Buffer.from(answer.bytes);
    const files = name.endsWith('.zip') ? unzip(bytes) : new Map([[name, bytes]]);
    const parts = [...files].map(([file, content]) => ({ file, bytes: content }));
    const back = await upload(app, token, parts, '?duplicate=allow');
    expect(back.status, back.text).to.equal(201);
    return back.json.id;
  };
  const channelsOf = async (id: string): Promise<Channel[]> =>
    (await call(app, 'GET', `/ecgs/${id}`, { token })).json.channels;
  /** By unit and channel: physical values, null where missing. */
  const physical = async (id: string): Promise<Record<string, (number | null)[]>> => {
    const found: Record<string, (number | null)[]> = {};
    for (const { name, unit, calibrated, gain, zeroLevel } of await channelsOf(id)) {
      const path = `/ecgs/${id}/channels/${encodeURIComponent(name)}/samples`;
      const { samples } = (await call(app, 'GET', path, { token })).json as { samples: (number | null)[] };
      const key = `${name} in ${calibrated ? unit?.replace('µ', 'u') : null}`;
      found[key] = samples.map((value) => (value === null ? null : (value - zeroLevel) / gain + 0));
    }
    return found;
  };

  it('of every table of a device come back with the same physical values, to the digit', async function () {
    const folder = casesDir();
    if (folder === null) this.skip();
    let tables = 0;
    for (const file of readdirSync(folder).filter((name) => /\.(csv|txt)$/.test(name))) {
      const answer = await upload(app, token, [{ file, bytes: readFileSync(join(folder, file)) }]);
      if (answer.status !== 201) continue;
      const channels = await channelsOf(answer.json.id);
      if (!channels.some(({ samplingRate, sampleType }) => samplingRate !== null && sampleType === 'float64')) continue;
      tables++;
      const own = await physical(answer.json.id);
      for (const format of INTEGERS) {
        const written = await exported(answer.json.id, `date=${DATE}&format=${format}`);
        const read = await physical(await again(written));
        if (roundedOf(written).length === 0) expect(read, `${file} as ${format}`).to.deep.equal(own);
        else {
          // The watch has three decimals of a microvolt, which need more than 16 bits.
          expect([file, format, roundedOf(written)]).to.deep.equal([
            'apple-watch-en.csv',
            'edf',
            ['As integers of 16 bits, "I" is rounded to steps of 0.01 µV, by at most 0.005 µV.'],
          ]);
          const [mine, theirs] = [own['I in uV']!, read['I in uV']!];
          expect(theirs).to.have.lengthOf(60);
          for (const [at, value] of theirs.entries()) expect(value).to.be.closeTo(mine[at]!, 0.005 + 1e-9);
        }
      }
    }
    expect(tables).to.be.at.least(5);
  });

  it('of real recordings with 24 and 32 bits are rounded in EDF, and not in the others', async function () {
    const folder = recordingsDir();
    if (folder === null) this.skip();
    const source = wfdbSources(join(folder, 'wfdb')).find(({ file }) => file.endsWith('binformats.hea'))!;
    const { id } = (await upload(app, token, partsOf(source))).json;
    const own = Object.values(await physical(id));
    for (const format of INTEGERS) {
      const written = await exported(id, `date=${DATE}&format=${format}`);
      expect(roundedOf(written), format).to.have.lengthOf(format === 'edf' ? 2 : 0);
      const read = Object.values(await physical(await again(written)));
      if (format !== 'edf') expect(read).to.deep.equal(own);
      else {
        const errors = own.map((values, lead) =>
          Math.max(...values.map((value, at) => Math.abs(value! - read[lead]![at]!))),
        );
        expect(errors.slice(0, 8)).to.deep.equal(Array.from({ length: 8 }, () => 0));
        expect(errors[8]).to.be.greaterThan(0.9).and.at.most(1);
        expect(errors[9]).to.be.greaterThan(200).and.at.most(250);
      }
    }
  });

  for (const format of INTEGERS) {
    describe(`as ${format}`, () => {
      it('keep a scale, several channels and the unit', async () => {
        const leads = [
          { name: 'I', unit: 'mV', gain: 200, signal: Array.from({ length: 500 }, (_, at) => (at % 50) / 4 - 3) },
          {
            name: 'II',
            unit: 'mV',
            gain: 1000,
            zeroLevel: 12.5,
            signal: Array.from({ length: 500 }, (_, at) => at / 10),
          },
          { name: 'V1', signal: Array.from({ length: 500 }, (_, at) => at % 9) },
        ];
        const id = await sent(leads);
        const written = await exported(id, `format=${format}`);
        expect(roundedOf(written)).to.deep.equal([]);
        const [own, read] = [await physical(id), await physical(await again(written))];
        expect(Object.keys(read)).to.deep.equal(Object.keys(own));
        for (const [key, values] of Object.entries(own))
          for (const [at, value] of values.entries())
            expect(read[key]![at], `${key} ${at}`).to.be.closeTo(value!, 1e-12);
      });

      it('say by how much true fractions are rounded, and are off by no more', async () => {
        const signal = Array.from({ length: 500 }, (_, at) => Math.sin(at / 9) + at / 1e4);
        const id = await sent([{ name: 'II', unit: 'mV', gain: 1, signal }]);
        const written = await exported(id, `format=${format}`);
        const [said = '', ...others] = roundedOf(written);
        expect(others).to.deep.equal([]);
        const [, step, error] = /"II" is rounded to steps of (\S+) mV, by at most (\S+) mV\.$/.exec(said)!.map(Number);
        expect([step, error]).to.deep.equal(format === 'edf' ? [5e-5, 2.5e-5] : [1e-9, 5e-10]);
        const [read] = Object.values(await physical(await again(written))) as [number[]];
        const off = Math.max(...read.map((value, at) => Math.abs(value - signal[at]!)));
        expect(off)
          .to.be.greaterThan(error! * 0.9)
          .and.at.most(error! * (1 + 1e-6));
      });

      it('are possible of a window, of chosen channels and without identities', async () => {
        const signal = Array.from({ length: 70_000 }, (_, at) => (at < 250 ? 1 / 3 : (at % 500) / 8));
        const id = await sent([
          { name: 'I', signal: signal.map((value) => value / 2) },
          { name: 'II', unit: 'mV', gain: 1, signal },
        ]);
        const written = await exported(id, `format=${format}&from=2&to=262.4&channels=II&deidentify=true`);
        // The fractions that cannot be exact are before the window.
        expect(roundedOf(written)).to.deep.equal([]);
        expect(await physical(await again(written))).to.deep.equal({ 'II in mV': signal.slice(500, 65_600) });
      });

      if (format !== 'aecg')
        it('keep gaps', async () => {
          const signal = Array.from({ length: 1_000 }, (_, at) => (at >= 250 && at < 500 ? null : (at % 40) / 10));
          const id = await sent([{ name: 'II', unit: 'mV', gain: 1, signal }]);
          const written = await exported(id, `format=${format}`);
          expect(await physical(await again(written))).to.deep.equal({ 'II in mV': signal });
        });

      it('are refused with the reason if no gain can express them', async () => {
        const { status, json } = await exported(await sent([{ name: 'I', signal: [1e60, 1 / 3] }]), `format=${format}`);
        expect([status, json.code]).to.deep.equal([422, 'format-unfit']);
        expect(json.detail).to.include('JSON');
      });
    });
  }

  it('say in one sentence what is rounded alike', async () => {
    const signal = Array.from({ length: 500 }, (_, at) => Math.sin(at));
    const names = ['I', 'II', 'III', 'aVR', 'aVL'];
    const leads = [...names.map((name) => ({ name, unit: 'mV', gain: 1, signal })), { name: 'x', signal }];
    expect(roundedOf(await exported(await sent(leads), 'format=edf'))).to.deep.equal([
      'As integers of 16 bits, "I", "II", "III" and 2 more are rounded to steps of 0.00005 mV, by at most 0.000025 mV.',
      'As integers of 16 bits, "x" is rounded to steps of 0.00005 stored units, by at most 0.000025 stored units.',
    ]);
  });
});
