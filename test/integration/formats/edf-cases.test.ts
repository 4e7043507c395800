/** EDF files as real programs write them, and what survives a way through EDF, over HTTP (CASES_DIR). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { NewClinician } from '../../support/clinician.ts';
import { casesDir } from '../../support/recordings.ts';
import { int16, text } from './parts.ts';

const folder = casesDir();

describe(`EDF files of other programs over HTTP${folder === null ? ' (no CASES_DIR: cases skipped)' : ''}`, () => {
  const { get, post: send, upload } = new NewClinician();
  const samples = async (ecg: string) => (await get(`/ecgs/${ecg}/channels/I/samples`)).json.samples;
  const sendCase = (name: string) => send(readFileSync(join(folder!, name)));
  /** Exports a recording as EDF and sends that. */
  async function again(id: string, query = '') {
    const { bytes, status, text: said } = await get(`/ecgs/${id}/export?format=edf${query}`);
    expect(status, said).to.equal(200);
    return (await send(new Uint8Array(bytes), '?duplicate=allow')).json;
  }

  (folder === null ? describe.skip : describe)('from CASES_DIR', () => {
    it('have annotations whose onset has all digits of a double', async () => {
      const { json } = await sendCase('tal-digits.edf');
      const { items } = (await get(`/ecgs/${json.id}/annotations`)).json;
      expect(items).to.have.length(1);
      expect(items[0]).to.include({ at: 0.6, text: 'beat V' });
    });

    it('have no gap between records whose times have all digits of a double', async () => {
      const { json } = await sendCase('tal-digits-d.edf');
      expect(json.channels).to.have.length(1);
      expect(json.channels[0]).to.include({ name: 'ECG I', samplingRate: 500, samples: 500, missing: 0 });
    });

    it('have Latin-1 in the last byte of a label', async () => {
      expect((await sendCase('label16-latin1.edf')).json.channels[0].name).to.equal('EKG Brustwand Vä');
    });

    it('are refused by name if their version is not 0', async () => {
      const answer = await sendCase('version-blank.edf');
      expect(answer.status).to.equal(400);
      expect(answer.json.detail).to.match(/looks like EDF, but its version field .* not "0"/);
    });

    for (const name of ['tal-digits.edf', 'label16-latin1.edf'])
      it(`come back from an export without notes that nobody wrote: ${name}`, async () => {
        const { json } = await sendCase(name);
        expect((await again(json.id)).notes).to.equal(json.notes);
        expect(json.notes).to.equal(null);
      });
  });

  /** A WFDB record of one signal. */
  const record = async (line: string, values: number[], start = '', rate = 250) => {
    const header = text(`r 1 ${rate} ${values.length}${start}`, `r.dat 16 ${line}`);
    const files = [
      { file: 'r.hea', bytes: header },
      { file: 'r.dat', bytes: int16(...values) },
    ];
    const answer = await upload(files, '?duplicate=allow');
    expect(answer.status, answer.text).to.equal(201);
    return answer.json;
  };
  const values = Array.from({ length: 500 }, (_, i) => (i * 7) % 300);

  it('keep the lead of a name that is too long', async () => {
    const { id } = await record('200 16 0 0 0 0 Lead I (Einthoven)', values);
    expect((await again(id)).channels[0]).to.include({ name: 'I', lead: 'I' });
  });

  it('leave a recording uncalibrated that was', async () => {
    const { id, channels } = await record('0 16 0 0 0 0 I', values);
    expect(channels[0].calibrated).to.equal(false);
    expect((await again(id)).channels[0]).to.include({ calibrated: false });
  });

  it('cannot begin before 1985', async () => {
    const { id } = await record('200 16 0 0 0 0 I', values, ' 08:00:00 01/02/1975');
    const refused = await get(`/ecgs/${id}/export?format=edf`);
    expect(refused.status).to.equal(422);
    expect(refused.json.detail).to.match(/began in 1975/);
    expect((await again(id, '&deidentify=true')).date).to.equal(null);
  });

  it('keep gaps, also of a window', async () => {
    const gapped = values.map((value, i) => (i >= 200 && i < 225 ? -32768 : value));
    const { id } = await record('200 16 0 0 0 0 I', gapped);
    const whole = await again(id);
    expect(whole.channels[0]).to.include({ samples: 500, missing: 25 });
    expect(await samples(whole.id)).to.deep.equal(await samples(id));
    const part = await again(id, '&from=0.4&to=1.2');
    expect(await samples(part.id)).to.deep.equal((await samples(id)).slice(100, 300));
  });

  it('are told which window can be written at a fractional rate', async () => {
    const { id } = await record(
      '200 16 0 0 0 0 I',
      Array.from({ length: 2_507 }, (_, i) => i),
      '',
      250.5,
    );
    const { json } = await get(`/ecgs/${id}/export?format=edf`);
    const window = /from=0&to=([\d.]+)\.$/.exec(json.detail)?.[0]?.slice(0, -1);
    expect((await again(id, `&${window}`)).channels[0]).to.include({ samplingRate: 250.5 });
  });
});
