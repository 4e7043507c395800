/** The XML exports of GE MUSE and Philips over HTTP. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { readEach } from '../../support/sendings.ts';
import { leadOf, museText, waveformOf, WHOLE } from '../../unit/formats/muse/documents.ts';
import {
  attributes104,
  compressed,
  philipsText,
  twelveLeads,
  waveformsOf,
  withCalibration,
} from '../../unit/formats/philips/documents.ts';

const folder = recordingsDir();

describe('XML exports over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (raw: string | Buffer): Promise<Answer> =>
    call(app, 'POST', '/ecgs', {
      token: app.clinician.token,
      raw,
      headers: { 'Content-Type': 'application/xml' },
    });
  const get = async (path: string) => (await call(app, 'GET', path, { token: app.clinician.token })).json;

  it('of GE MUSE become a recording for the median beat and one for the rhythm with its marks', async () => {
    const created = await send(Buffer.from(WHOLE, 'latin1'));
    expect(created.status, created.text).to.equal(201);
    const [rhythm, median] = await readEach(app, app.clinician.token, created);
    expect([median.part, rhythm.part]).to.deep.equal(['median beat', 'rhythm']);
    expect(rhythm).to.include({ format: 'muse', notes: 'Sinus rhythm\nNormal ECG' });
    expect(rhythm.channels[0]).to.include({ name: 'I', samplingRate: 500, unit: 'uV', samples: 5, calibrated: true });
    expect((await get(`/ecgs/${rhythm.id}/channels/I/samples`)).samples).to.deep.equal([10, -20, 30, 300, -32768]);
    expect((await get(`/ecgs/${rhythm.id}/annotations`)).items.map(({ at }: { at: number }) => at)).to.deep.equal([
      0.002, 0.006,
    ]);
    expect((await send(Buffer.from(WHOLE, 'latin1'))).status).to.equal(200);
  });

  it('of GE MUSE are refused if a lead is damaged, and if they define entities', async () => {
    const damaged = await send(museText(waveformOf('Rhythm', [leadOf('V2', [1, 2], { LeadDataCRC32: 7 })])));
    expect([damaged.status, damaged.json.code]).to.deep.equal([422, 'recording-invalid']);
    expect(damaged.json.detail).to.include('lead "V2"');
    expect((await send(museText('').replace('"restecg.dtd"', '"restecg.dtd" [<!ENTITY a "b">]'))).status).to.equal(400);
  });

  it('of Philips become a recording without its calibration pulse, which is another one', async () => {
    const leads = withCalibration(twelveLeads(5_000), 500);
    const text = philipsText(waveformsOf(compressed(leads), attributes104(5_500)), {
      name: 'a1d494f2-94f2-13d4-857f-00095c028bdc.xml',
    });
    const created = await send(Buffer.from(`\ufeff${text.replace('UTF-8', 'utf-16')}`, 'utf16le'));
    expect(created.status, created.text).to.equal(201);
    const [rhythm, pulse] = await readEach(app, app.clinician.token, created);
    expect([rhythm.part, pulse.part]).to.deep.equal(['rhythm', 'calibration pulse']);
    expect(rhythm.channels.map(({ samples }: { samples: number }) => samples)).to.deep.equal(Array(12).fill(5_000));
    expect((await get(`/ecgs/${pulse.id}/checks`)).findings, 'a pulse is no ECG').to.deep.equal([]);
    expect((await get(`/ecgs/${rhythm.id}/channels/aVR/samples?from=0&to=1`)).samples).to.deep.equal(
      leads[3]!.slice(0, 500),
    );
    // The same pulse of another recording is not the same recording.
    const other = await send(text.replace('a1d494f2', 'b1d494f2').replace('07:27:34', '07:28:34'));
    expect(other.status, other.text).to.equal(201);
  });

  for (const [file, parts, crossings] of [
    ['muse/synthetic_muse.xml', ['rhythm', 'median beat'], 60],
    ['philips/129DYPRG.xml', ['rhythm', 'calibration pulse'], 39],
    ['philips/zzdemo-1-04.xml', ['rhythm', 'calibration pulse', 'representative beat'], 85],
  ] as const) {
    it(`of real carts are read: ${file}`, async function () {
      if (folder === null) this.skip();
      const created = await send(readFileSync(join(folder, file)));
      expect(created.status, created.text).to.equal(201);
      const recordings = await readEach(app, app.clinician.token, created);
      expect(recordings.map(({ part }: { part: string }) => part)).to.deep.equal([...parts]);
      expect(created.json.warnings).to.deep.equal([]);
      expect((await get(`/ecgs/${recordings[0].id}/insights`)).channels[0]).to.include({ zeroCrossings: crossings });
    });
  }
});
