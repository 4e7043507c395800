/** Limb leads that a recording lacks: what can be calculated, its samples, waveform and picture, marked as such. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { MAX_CALCULATED_SAMPLES } from '../../../src/signal/calculated-leads.ts';
import { canonicalLead } from '../../../src/signal/leads.ts';
import { BLOCK_SAMPLES } from '../../../src/signal/samples.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { pathsOf } from '../../support/paper.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { uniform } from '../../support/signals.ts';
import { storeRecording } from '../../support/stored.ts';

const CALCULATED = ['III', 'aVR', 'aVL', 'aVF'];
const EIGHT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const SAMPLES = 5_000;
/** Digits per millivolt of PTB's recordings. */
const GAIN = 2_000;

interface Channel {
  name: string;
  gain: number;
  unit: string;
  calculated?: true;
  first: number;
  samplesPerBin: number;
  samples: (number | null)[];
  minimum: (number | null)[];
  maximum: (number | null)[];
}

/** By definition. */
const DEFINED: Record<string, (one: number, two: number) => number> = {
  III: (one, two) => two - one,
  aVR: (one, two) => -(one + two) / 2,
  aVL: (one, two) => one - two / 2,
  aVF: (one, two) => two - one / 2,
};

const expectClose = (found: readonly (number | null)[], expected: readonly (number | null)[]): void => {
  expect(found).to.have.length(expected.length);
  for (const [i, value] of expected.entries())
    if (value === null) expect(found[i], `sample ${i}`).to.equal(null);
    else expect(found[i], `sample ${i}`).to.be.closeTo(value, 1e-12);
};

describe('limb leads that are calculated', function () {
  this.timeout(60_000);
  let app: TestApp;
  let token: string;
  let id: string;
  const random = uniform(5);
  /** Digits of 1 µV; some are missing in I, others in II. */
  const signals = Object.fromEntries(
    EIGHT.map((name, lead) => [
      name,
      Array.from({ length: SAMPLES }, (_, i) =>
        (lead === 0 && i === 10) || (lead === 1 && i === 20) ? null : Math.floor(random() * 2_000) - 1_000,
      ),
    ]),
  ) as Record<string, (number | null)[]>;

  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
    const leads = EIGHT.map((name) => ({ name, signal: signals[name] }));
    const body = { samplingRate: 500, unit: 'mV', gain: 1_000, leads };
    ({ id } = (await call(app, 'POST', '/ecgs', { token, body })).json);
  });
  after(() => app.close());

  const get = async (what: string, accept = 'application/json', of = id) =>
    call(app, 'GET', `/ecgs/${of}/${what}`, { token, accept });
  const channelsOf = async (what: string, of = id): Promise<Channel[]> =>
    (await get(what, 'application/json', of)).json.channels;
  const valuesOf = (lead: string, from = 0, to = SAMPLES): (number | null)[] =>
    Array.from({ length: to - from }, (_, i) => {
      const [one, two] = [signals['I']![from + i]!, signals['II']![from + i]!];
      return one === null || two === null ? null : DEFINED[lead]!(one / 1_000, two / 1_000);
    });

  it('are named in the description of the recording, but are none of its channels', async () => {
    const { json } = await call(app, 'GET', `/ecgs/${id}`, { token });
    expect(json.calculableLeads).to.deep.equal(CALCULATED);
    expect(json.channels.map(({ name }: Channel) => name)).to.deep.equal(EIGHT);
  });

  it('are no samples of the recording unless they are asked for', async () => {
    expect((await channelsOf('samples')).map(({ name }) => name)).to.deep.equal(EIGHT);
    expect((await get('samples?channels=III')).status).to.equal(400);
    expect((await get('waveform?channels=aVF')).status).to.equal(400);
    expect((await get('export?format=json&channels=III')).status).to.equal(400);
    expect((await get('channels/III/samples')).status).to.equal(404);
  });

  it('have physical values, missing where I or II is, and are marked', async () => {
    const found = await channelsOf('samples?calculated=true');
    expect(found.map(({ name }) => name)).to.deep.equal([...EIGHT, ...CALCULATED]);
    expect(found.map(({ calculated }) => calculated === true)).to.deep.equal(
      [...EIGHT, ...CALCULATED].map((name) => CALCULATED.includes(name)),
    );
    for (const { name, samples, gain, unit } of found.slice(8)) {
      expect({ gain, unit }).to.deep.equal({ gain: 1, unit: 'mV' });
      expectClose(samples, valuesOf(name));
    }
    expect(found[1]!.samples).to.deep.equal(signals['II']);
  });

  it('can be named together with others, in any order and for a window', async () => {
    const [avl, two, three] = await channelsOf('samples?calculated=true&channels=aVL,II,III&from=0.01&to=0.05');
    expect([avl!.first, avl!.samples.length]).to.deep.equal([5, 20]);
    expectClose(avl!.samples, valuesOf('aVL', 5, 25));
    expect(two!.samples).to.deep.equal(signals['II']!.slice(5, 25));
    expectClose(three!.samples, valuesOf('III', 5, 25));
  });

  it('have the same samples in binary', async () => {
    const answer = await get('samples?calculated=true&channels=V6,aVF', 'application/octet-stream');
    const bytes = Buffer.from(answer.bytes);
    const end = bytes.indexOf(10);
    const [, avf] = JSON.parse(bytes.toString('utf8', 0, end)).channels;
    expect(avf).to.include({ name: 'aVF', calculated: true, type: 'float64', length: SAMPLES });
    const data = bytes.subarray(end + 1 + avf.offset);
    expectClose(
      Array.from({ length: SAMPLES }, (_, i) => data.readDoubleLE(i * 8)).map((one) =>
        Number.isNaN(one) ? null : one,
      ),
      valuesOf('aVF'),
    );
  });

  it('have waveforms of samples and of bins', async () => {
    const [fine] = await channelsOf('waveform?calculated=true&channels=III&pixels=2000&to=2');
    expect(fine).to.include({ calculated: true, samplesPerBin: 1 });
    expectClose(fine!.samples, valuesOf('III', 0, 1_000));
    const [coarse, recorded] = await channelsOf('waveform?calculated=true&channels=III,II&pixels=100');
    const { samplesPerBin: size } = coarse!;
    expect([size, recorded!.samplesPerBin]).to.deep.equal([32, 32]);
    const bins = Array.from({ length: Math.ceil(SAMPLES / size) }, (_, bin) =>
      valuesOf('III', bin * size, Math.min(SAMPLES, (bin + 1) * size)).filter((value) => value !== null),
    );
    expectClose(
      coarse!.minimum,
      bins.map((bin) => Math.min(...bin)),
    );
    expectClose(
      coarse!.maximum,
      bins.map((bin) => Math.max(...bin)),
    );
  });

  it('are not offered where they cannot be calculated', async () => {
    const body = { samplingRate: 500, gain: 1_000, leads: EIGHT.map((name) => ({ name, signal: [1, 2] })) };
    const { json } = await call(app, 'POST', '/ecgs', { token, body });
    expect(json.calculableLeads).to.deep.equal([]);
    expect((await channelsOf('samples?calculated=true', json.id)).map(({ name }) => name)).to.deep.equal(EIGHT);
    expect((await get('samples?calculated=true&channels=III', undefined, json.id)).status).to.equal(400);
  });

  it('are drawn on the sheet of twelve leads, marked as calculated', async () => {
    const { text } = await get('ecg.svg', 'image/svg+xml');
    for (const lead of CALCULATED) expect(text).to.include(`${lead} (calc.)`);
    expect(text).to.include('Not recorded, but calculated from leads I and II: III, aVR, aVL, aVF.');
    expect(pathsOf(text, 'trace')).to.have.length(13);
  });

  it('are left out of pictures on request, and where leads are stacked unless they are named', async () => {
    const plain = (await get('ecg.svg?calculated=false&layout=3x4', 'image/svg+xml')).text;
    expect(plain).to.include('III (not recorded)').and.not.to.include('calc');
    expect((await get('ecg.svg?layout=stacked', 'image/svg+xml')).text).not.to.include('calc');
    expect((await get('ecg.svg?channels=I,II', 'image/svg+xml')).text).not.to.include('calc');
    const named = (await get('ecg.svg?channels=I,aVF', 'image/svg+xml')).text;
    expect(named).to.include('aVF (calc.)').and.not.to.include('III');
    expect((await get('ecg.svg?channels=I,aVF&calculated=false', 'image/svg+xml')).status).to.equal(400);
  });

  it('are drawn in PNG and PDF', async () => {
    for (const type of ['png', 'pdf']) {
      const [all, recorded] = [await get(`ecg.${type}`, '*/*'), await get(`ecg.${type}?calculated=false`, '*/*')];
      expect([all.status, recorded.status], type).to.deep.equal([200, 200]);
      expect(Buffer.compare(Buffer.from(all.bytes), Buffer.from(recorded.bytes))).not.to.equal(0);
    }
  });

  it('are in no export', async () => {
    const { json } = await get('export?format=json');
    expect(JSON.stringify(json)).not.to.match(/"(?:III|aVR|aVL|aVF)"/);
  });

  describe('of a long recording', () => {
    const length = MAX_CALCULATED_SAMPLES + 100_000;
    const wave = (seed: number): Int16Array => {
      const next = uniform(seed);
      return Int16Array.from({ length }, () => Math.floor(next() * 2_000) - 1_000);
    };
    const [one, two] = [wave(1), wave(2)];
    let long: string;
    before(async () => {
      const ecg = await storeRecording(
        app.database,
        [
          { name: 'I', samples: one },
          { name: 'II', samples: two },
        ],
        new Types.ObjectId(app.clinician.id),
      );
      long = ecg._id.toHexString();
    });

    it('have bins across the bounds of blocks', async () => {
      const rate = 500;
      const from = BLOCK_SAMPLES / rate - 1;
      const [found] = await channelsOf(
        `waveform?calculated=true&channels=aVR&from=${from}&to=${from + 300}&pixels=1000`,
        long,
      );
      const { first, samplesPerBin: size, minimum, maximum } = found!;
      const [scale, zero] = [1_000, 0];
      for (const [bin, low] of minimum.entries()) {
        let [least, most] = [Infinity, -Infinity];
        for (let i = first + bin * size; i < Math.min(length, first + (bin + 1) * size); i++) {
          const value = -((one[i]! - zero) / scale + (two[i]! - zero) / scale) / 2;
          [least, most] = [Math.min(least, value), Math.max(most, value)];
        }
        expect(low, `bin ${bin}`).to.be.closeTo(least, 1e-9);
        expect(maximum[bin], `bin ${bin}`).to.be.closeTo(most, 1e-9);
      }
    });

    it('are refused in a window with too many samples, with the longest that works', async () => {
      const { status, json } = await get('waveform?calculated=true&channels=III', undefined, long);
      expect([status, json.code]).to.deep.equal([422, 'answer-too-large']);
      expect(json.detail).to.include('at most 1000 s');
      expect((await get('waveform?calculated=true&channels=III&to=1000', undefined, long)).status).to.equal(200);
    });
  });

  it('are within two digits those that a real recorder has recorded', async function () {
    const folder = recordingsDir();
    if (folder === null) return this.skip();
    const body = JSON.parse(readFileSync(join(folder, 'json', 'ptb-s0010-10s.json'), 'utf8'));
    const all: { name: string; signal: number[] }[] = body.leads;
    const eight = all.filter(({ name }) => !CALCULATED.includes(canonicalLead(name) ?? ''));
    const scale = { samplingRate: 1_000, unit: 'mV', gain: GAIN };
    const { json } = await call(app, 'POST', '/ecgs', { token, body: { ...body, ...scale, leads: eight } });
    const found = await channelsOf('samples?calculated=true&channels=III,aVR,aVL,aVF', json.id);
    for (const { name, samples } of found) {
      const { signal } = all.find((lead) => canonicalLead(lead.name) === name)!;
      const worst = samples.reduce<number>((most, value, i) => Math.max(most, Math.abs(value! - signal[i]! / GAIN)), 0);
      expect(worst * GAIN, name).to.be.at.most(2 + 1e-9);
    }
    return undefined;
  });
});
