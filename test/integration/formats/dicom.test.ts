/** DICOM over HTTP: each group of a file becomes a recording, with the figures of an independent reader. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CANONICAL_LEADS } from '../../../src/signal/leads.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { dicomFile, ecgElements } from '../../support/dicom.ts';
import { goldenChannels } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { readEach } from '../../support/sendings.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { versionIn } from '../../support/versions.ts';

const DICOM_TYPE = { 'Content-Type': 'application/dicom' };

describe('POST /ecgs of DICOM', () => {
  let app: TestApp;
  let owner: Principal;
  const get = async (path: string) => call(app, 'GET', path, { token: owner.token });
  const post = async (raw: Uint8Array) => call(app, 'POST', '/ecgs', { token: owner.token, raw, headers: DICOM_TYPE });

  const counted = async (raw: Uint8Array): Promise<{ missing: number; zeroCrossings: number }[]> => {
    const { status, json, text } = await post(raw);
    expect(status, text).to.equal(201);
    return (await get(`/ecgs/${json.id}/insights`)).json.channels;
  };

  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  beforeEach(async () => {
    owner = await app.newUser('clinician');
  });

  it('accepts a file of one group, counts about physical zero, and answers 200 for the same again', async () => {
    const file = dicomFile(
      ecgElements([
        {
          kind: 'SS',
          padding: -32768,
          values: [[1023, 1025, -32768, 1025, 1023, 1024]],
          channels: [{ label: 'II', sensitivity: '0.005', unit: 'mV', correction: '1', baseline: '-5.12' }],
        },
      ]),
      { syntax: 'implicit' },
    );
    const created = await post(file);
    expect(created.status, created.text).to.equal(201);
    expect(created.json).to.include({
      externalId: '1.2.826.0.1.3680043.8.498.1',
      format: 'dicom',
      date: '2026-01-15T09:30:00.000Z',
    });
    expect(created.json.channels[0]).to.include({
      name: 'II',
      lead: 'II',
      samplingRate: 500,
      unit: 'mV',
      gain: 200,
      zeroLevel: 1024,
      missing: 1,
      samples: 6,
    });
    expect((await get(`/ecgs/${created.json.id}/insights`)).json.channels[0].zeroCrossings).to.equal(2);
    const again = await post(file);
    expect([again.status, again.json.id]).to.deep.equal([200, created.json.id]);
  });

  it('counts the crossings of a signal whose padding value is 0', async () => {
    const values = Array.from({ length: 40_000 }, (_, at) => Math.round(20 * Math.sin(at / 3)));
    const late = values.map((value, at) => (at < 35_000 ? 0 : value));
    const file = (padding?: number): Buffer =>
      dicomFile(
        ecgElements([
          {
            kind: 'SS',
            values: [late, values],
            channels: [{ label: 'I' }, { label: 'II' }],
            ...(padding === undefined ? {} : { padding }),
          },
        ]),
        { syntax: 'explicit' },
      );
    const plain = await counted(file());
    owner = await app.newUser('clinician');
    const padded = await counted(file(0));
    expect(plain.map(({ missing }) => missing)).to.deep.equal([0, 0]);
    expect(padded.map(({ missing }) => missing)).to.deep.equal([35_000, 0]);
    expect(padded.map(({ zeroCrossings }) => zeroCrossings)).to.deep.equal(
      plain.map(({ zeroCrossings }) => zeroCrossings),
    );
  });

  it('reports where a damaged file is wrong, and keeps nothing of it', async () => {
    const file = dicomFile(ecgElements([{ kind: 'SS', values: [[1, 2, 3]], channels: [{}] }]), { syntax: 'explicit' });
    const answer = await post(file.subarray(0, file.length - 4));
    expect(answer.status).to.equal(400);
    expect(answer.json.detail).to.match(/The file ends within the waveform data/);
    expect((await get('/ecgs')).json.items).to.deep.equal([]);
  });

  it('gives the figures of the independent reader for every channel of the real recordings', async function () {
    const folder = recordingsDir();
    if (folder === null) this.skip();
    const created = await post(readFileSync(join(folder, 'dicom/waveform_ecg.dcm')));
    const { status, json, text, headers } = created;
    expect(status, text).to.equal(201);
    const items = await readEach(app, owner.token, created);
    const [rhythm, beat] = items;
    expect(json).to.deep.equal({
      ...rhythm,
      siblings: [{ id: beat.id, part: 'median beat' }],
      warnings: json.warnings,
    });
    expect([versionIn(headers), headers.get('location')]).to.deep.equal([1, `/api/v1/ecgs/${rhythm.id}`]);
    expect([rhythm.siblings, beat.siblings]).to.deep.equal([[beat.id], [rhythm.id]]);
    expect(
      items.map((item: { externalId: string; part: string }) => [item.part, item.externalId.split('#')[1]]),
    ).to.deep.equal([
      ['rhythm', undefined],
      ['median beat', '2'],
    ]);
    const golden = goldenChannels(folder).filter(({ fmt }) => fmt.startsWith('DICOM'));
    for (const [number, item] of items.entries()) {
      const { channels } = (await get(`/ecgs/${item.id}/insights`)).json;
      const expected = golden.filter(({ record }) => record.endsWith(`#${number}`));
      expect(expected).to.have.length(12);
      expect(item.channels.map(({ lead }: { lead: string }) => lead)).to.deep.equal(CANONICAL_LEADS.slice(0, 12));
      for (const channel of expected) {
        const { samples, samplingRate, gain, unit, missing, zeroCrossings } = channel;
        expect(item.channels[channel.channel_index]).to.include({
          samples,
          samplingRate,
          gain,
          unit,
          missing,
          zeroLevel: 0,
        });
        expect(channels[channel.channel_index].zeroCrossings).to.equal(zeroCrossings);
        const name = encodeURIComponent(item.channels[channel.channel_index].name);
        const read = await get(`/ecgs/${item.id}/channels/${name}/samples`);
        expect(read.json.samples.slice(0, 5)).to.deep.equal(channel.digital_first5);
        expect(read.json.samples.slice(-5)).to.deep.equal(channel.digital_last5);
      }
    }
  });
});
