/** The scale of a recording: never claimed if unknown, and reported if missing. */
import { expect } from 'chai';
import { encodeDicom } from '../../../src/formats/dicom/encode.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { encodeFiles, writable } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { first, scaleCalls, SIGNAL } from '../../support/scale.ts';
import { unzip } from '../../support/zip.ts';

const SCALE_CLAIMED = /mm\/mV|· calibrated/;

describe('the scale of a recording', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
  });
  after(() => app.close());

  const { post, get, patch, sheet } = scaleCalls(() => app);
  const warnings = async (about: object, query = ''): Promise<string[]> => (await post(about, query)).json.warnings;

  describe('is calibrated only with a unit of a physical quantity and its gain', () => {
    const cases: [string, object, boolean][] = [
      ['a unit and a gain', { unit: 'mV', gain: 1000 }, true],
      ['a unit and a gain of 1', { unit: 'mV', gain: 1 }, true],
      ['no unit and a gain of 1', { unit: null, gain: 1 }, false],
      ['nothing', {}, false],
      ['only a unit', { unit: 'mV' }, false],
      ['digits as a unit', { unit: '{digits}', gain: 1 }, false],
    ];
    for (const [what, about, calibrated] of cases) {
      it(`which ${what} ${calibrated ? 'is' : 'is not'}, in every answer and on the sheet`, async () => {
        const { json } = await post(about);
        const insights = await get(`/ecgs/${json.id}/insights`);
        const samples = await get(`/ecgs/${json.id}/channels/II/samples`);
        expect([json.channels[0].calibrated, first(insights).calibrated, samples.json.calibrated]).to.deep.equal([
          calibrated,
          calibrated,
          calibrated,
        ]);
        const text = await sheet(json.id);
        expect(SCALE_CLAIMED.test(text), text.slice(-400)).to.equal(calibrated);
        expect(text.includes('not to scale')).to.equal(!calibrated);
        const { findings } = (await get(`/ecgs/${json.id}/checks`)).json as { findings: { code: string }[] };
        expect(findings.some(({ code }) => code === 'unit-missing' || code === 'not-calibrated')).to.equal(!calibrated);
      });
    }

    it('and not for a DICOM channel in {digits}', async () => {
      const files = await encodeFiles(
        encodeDicom,
        writable([{ name: 'II', values: SIGNAL, unit: '{digits}', gain: 2 }]),
      );
      const { json, status, text } = await upload(
        app,
        token,
        Object.entries(files).map(([file, bytes]) => ({ file, bytes })),
      );
      expect(status, text).to.equal(201);
      expect(json.channels[0]).to.include({ unit: '{digits}', gain: 2, calibrated: false });
      expect(await sheet(json.id)).not.to.match(SCALE_CLAIMED);
    });

    for (const format of ['json', 'wfdb', 'edf', 'dicom', 'aecg', 'fhir', 'csv']) {
      it(`and an export as ${format} never claims it for uncalibrated channels, but keeps their values`, async () => {
        for (const about of [{ unit: 'mV' }, { unit: null, gain: 50 }, { unit: '{digits}', gain: 50 }]) {
          const { json } = await post(about);
          const answer = await get(`/ecgs/${json.id}/export?format=${format}&date=2026-01-15`);
          const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
          const files = name.endsWith('.zip')
            ? unzip(Buffer.from(answer.bytes))
            : new Map([[name, Buffer.from(answer.bytes)]]);
          const other = await app.newUser('clinician');
          const again = await upload(
            app,
            other.token,
            [...files].map(([file, bytes]) => ({ file, bytes })),
          );
          expect(again.status, again.text).to.equal(201);
          expect(first(again).calibrated, JSON.stringify(about)).to.equal(false);
          const { maximum } = (await call(app, 'GET', `/ecgs/${again.json.id}/insights`, { token: other.token })).json
            .channels[0];
          expect(maximum, JSON.stringify(about)).to.be.closeTo(
            (await get(`/ecgs/${json.id}/insights`)).json.channels[0].maximum,
            1e-9,
          );
        }
      });
    }
  });

  describe('that is unknown', () => {
    it('is reported in the warnings, with the parameter that settles it', async () => {
      const [noRate, ...others] = await warnings({ samplingRate: undefined, unit: 'mV', gain: 1 });
      expect(noRate).to.include('samplingRate').and.include('"II"');
      expect(others).to.deep.equal([]);
      expect((await warnings({ unit: 'mV' })).join())
        .to.include('gain')
        .and.not.include('samplingRate');
      expect((await warnings({})).join()).to.include('unit and gain');
      expect(await warnings({ unit: 'mV', gain: 1 })).to.deep.equal([]);
    });

    it('is not reported if the sender gives it with the file', async () => {
      expect(await warnings({ samplingRate: undefined }, '?samplingRate=250&unit=mV&gain=200')).to.deep.equal([]);
    });

    it('is not derived from a unit alone sent with the file, since the gain would be that of digits', async () => {
      const answer = await post({ unit: '{digits}', gain: 2 }, '?unit=mV');
      expect(first(answer)).to.include({ unit: 'mV', gain: 2, calibrated: false });
      expect(answer.json.warnings.join()).to.include('No gain is known for "II"');
      expect(first(await patch(answer.json.id, { unit: 'mV', gain: 2 })).calibrated).to.equal(true);
    });

    it('accepts a gain sent with a file that has one without a unit, and remains unknown', async () => {
      const answer = await post({ unit: null, gain: 1 }, '?gain=1000');
      expect(first(answer)).to.include({ unit: null, gain: 1000, calibrated: false });
    });

    it('lists three channels and counts the others', async () => {
      const leads = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, signal: [1] }));
      expect((await warnings({ samplingRate: undefined, unit: 'mV', gain: 1, leads })).join()).to.include(
        '"a", "b", "c" and 2 more',
      );
    });
  });
});
