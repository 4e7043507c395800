/** Findings over the whole length of recordings, with their ranges; those of the demo recordings match their notes. */
import { expect } from 'chai';
import { loadDemo } from '../../../src/demo/load.ts';
import { synthesize } from '../../../src/synth/ecg.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { uniform } from '../../support/signals.ts';
import { made } from '../../unit/formats/edf/support.ts';

interface Found {
  code: string;
  channels: string[];
  message: string;
  ranges: { from: number; to: number }[];
  moreRanges: number;
}

/** A line that is never constant, and never at its limit for long. */
const lively = (length: number): number[] => Array.from({ length }, (_, i) => (i * 7919) % 1013);

describe('the checks of a long recording', function () {
  this.timeout(60_000);
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
  });
  after(() => app.close());

  const checksOf = async (id: string): Promise<Found[]> =>
    (await call(app, 'GET', `/ecgs/${id}/checks`, { token })).json.findings;
  const post = async (body: object): Promise<string> =>
    (await call(app, 'POST', '/ecgs', { token, body: { unit: 'mV', gain: 1000, ...body } })).json.id;

  it('are the faults named in the notes of the demo recordings, with their ranges', async () => {
    await loadDemo(app.clinician.id, app.config, {
      ...app.app,
      database: app.database,
      blockEncoding: 'packed',
      keepOriginals: 0,
    });
    const { items } = (await call(app, 'GET', '/ecgs', { token })).json as {
      items: { id: string; externalId: string; notes: string }[];
    };
    const found = new Map<string, Found[]>();
    for (const { id, externalId } of items) found.set(externalId, await checksOf(id));
    expect(items.find(({ externalId }) => externalId === 'demo-holter-1h')!.notes).to.include(
      'missing for a minute and off for half a minute',
    );
    const [missing, off, ...others] = found.get('demo-holter-1h')!;
    expect([missing!.code, missing!.channels, missing!.ranges]).to.deep.equal([
      'samples-missing',
      ['V5'],
      [{ from: 600, to: 660 }],
    ]);
    expect([off!.code, off!.channels, off!.ranges.length]).to.deep.equal(['lead-off', ['V5'], 1]);
    expect(off!.ranges[0]!.from).to.be.closeTo(1800, 0.1);
    expect(off!.ranges[0]!.to).to.be.closeTo(1830, 0.1);
    expect(others).to.deep.equal([]);
    expect([found.get('demo-12-lead'), found.get('demo-ectopic')]).to.deep.equal([[], []]);
  });

  it('name a stretch over many blocks once, even if no block must be read for it', async () => {
    const signal: (number | null)[] = lively(400_000);
    signal.fill(7, 100_000, 300_000);
    signal.fill(null, 320_000, 390_000);
    const found = await checksOf(await post({ samplingRate: 100, leads: [{ name: 'II', signal }] }));
    expect(found.map(({ code, ranges, moreRanges }) => [code, ranges, moreRanges])).to.deep.equal([
      ['samples-missing', [{ from: 3200, to: 3900 }], 0],
      ['lead-off', [{ from: 1000, to: 3000 }], 0],
    ]);
  });

  it('find an amplifier at its limit hours after the start', async () => {
    const signal = lively(200_000);
    for (let at = 150_000; at < 151_000; at += 20) signal.fill(1012, at, at + 9);
    const [found, ...others] = await checksOf(await post({ samplingRate: 100, leads: [{ name: 'II', signal }] }));
    expect([found!.code, found!.ranges, others]).to.deep.equal(['clipped', [{ from: 1500, to: 1509.89 }], []]);
  });

  it('name a hundred ranges and count the others', async () => {
    const signal = lively(120 * 40).map((value, i) => (i % 40 < 30 ? 5 : value));
    const [found] = await checksOf(await post({ samplingRate: 10, leads: [{ name: 'II', signal }] }));
    expect([found!.code, found!.ranges.length, found!.moreRanges]).to.deep.equal(['lead-off', 100, 20]);
    expect(found!.ranges[1]).to.deep.equal({ from: 4, to: 7 });
  });

  it('name the whole if most is missing in short gaps, or the long gaps if there are any', async () => {
    const gappy = lively(10_000).map((value, i) => (i % 500 < 300 ? null : value));
    const gap = lively(1000).map((value, i) => (i >= 100 && i < 800 ? null : value));
    for (const [samplingRate, signal, range] of [
      [500, gappy, { from: 0, to: 20 }],
      [100, gap, { from: 1, to: 8 }],
    ] as const) {
      const [found, ...others] = await checksOf(await post({ samplingRate, leads: [{ name: 'II', signal }] }));
      expect([found!.code, found!.ranges, found!.moreRanges, others]).to.deep.equal(['mostly-missing', [range], 0, []]);
    }
  });

  it('ignore what lasts no longer than two seconds', async () => {
    const signal: (number | null)[] = lively(2000);
    signal.fill(null, 100, 300);
    signal.fill(7, 400, 600);
    signal.fill(null, 1000, 1201);
    signal.fill(7, 1400, 1601);
    const found = await checksOf(await post({ samplingRate: 100, leads: [{ name: 'II', signal }] }));
    expect(found.map(({ code, ranges }) => [code, ranges])).to.deep.equal([
      ['samples-missing', [{ from: 10, to: 12.01 }]],
      ['lead-off', [{ from: 14, to: 16.01 }]],
    ]);
  });

  it('do not mistake a slow channel, or one without electrode, for a detached electrode', async () => {
    const records = Array.from({ length: 150 }, (_, at) => at);
    const of = (perRecord: number, value: (at: number) => number): number[][] =>
      records.map((record) => Array.from({ length: perRecord }, (_, i) => value(record * perRecord + i)));
    const file = made({
      duration: '4',
      signals: [
        { label: 'II', records: of(400, (at) => (at * 7919) % 1013) },
        { label: 'SpO2', unit: '%', records: of(4, (at) => 97 + (Math.floor(at / 7) % 2)) },
        { label: 'Pulse', unit: '1/min', records: of(100, (at) => 60 + (Math.floor(at / 2000) % 3)) },
        { label: 'Position', unit: 'none', records: of(4, () => 2) },
        { label: 'Drift', unit: 'mV', records: of(1, (at) => at % 50) },
        { label: 'Electrode', unit: 'mV', records: of(4, (at) => (at > 200 && at < 240 ? 5 : at % 50)) },
      ],
    });
    const { json } = await upload(app, token, [{ file: 'slow.edf', bytes: file }]);
    const found = await checksOf(json.id);
    expect(found.filter(({ code }) => code === 'clipped')).to.deep.equal([]);
    expect(
      found.filter(({ code }) => code === 'lead-off').map(({ channels, ranges }) => [channels, ranges]),
    ).to.deep.equal([[['Electrode'], [{ from: 201, to: 240 }]]]);
  });

  it('compare the limb leads to the end, and report from where on they contradict each other', async () => {
    const { leads } = synthesize({ seed: 7, duration: 800, samplingRate: 250, leads: ['I', 'II', 'III', 'V6'] });
    const [one, two, three, six] = leads.map(({ samples }) => [...samples]) as [number[], number[], number[], number[]];
    three.splice(131_072, three.length, ...two.slice(131_072));
    const signals = { I: one, II: two, III: three, V6: six };
    const found = await checksOf(
      await post({ samplingRate: 250, leads: Object.entries(signals).map(([name, signal]) => ({ name, signal })) }),
    );
    expect(found.map(({ code, channels, ranges }) => [code, channels, ranges])).to.deep.equal([
      ['limb-leads-inconsistent', ['III'], [{ from: 131_072 / 250, to: 800 }]],
    ]);
  });

  it('find swapped leads in millivolts with decimals as well as in digits', async () => {
    const { leads } = synthesize({ seed: 3, duration: 10, leads: ['I', 'II', 'III', 'aVF', 'V2', 'V6'] });
    const samples = new Map(leads.map((lead) => [lead.name as string, [...lead.samples]]));
    const second = samples.get('II')!;
    samples.set('II', samples.get('V2')!).set('V2', second);
    // A constant line and V6 come in whole millivolts: neither is compared.
    samples.set(
      'aVR',
      second.map(() => 0),
    );
    samples.set(
      'V6',
      samples.get('V6')!.map((value) => 1000 * Math.round(value / 200)),
    );
    const found = async (gain: number): Promise<unknown[]> => {
      const scaled = [...samples].map(([name, digits]) => ({
        name,
        signal: digits.map((digit) => (digit * gain) / 1000),
      }));
      return (await checksOf(await post({ samplingRate: 500, gain, leads: scaled })))
        .filter(({ code }) => code === 'limb-leads-inconsistent')
        .map(({ channels, message }) => [channels, message]);
    };
    const inDigits = await found(1000);
    expect(inDigits.map((one) => (one as unknown[])[0])).to.deep.equal([['III'], ['aVR'], ['aVF']]);
    expect(await found(1)).to.deep.equal(inDigits);
  });

  it('find nothing wrong with merely rounded decimals in an almost flat lead', async () => {
    const { leads } = synthesize({ seed: 3, duration: 10, leads: ['I', 'II'] });
    const [one, two] = leads.map(({ samples }) => samples) as [Int16Array, Int16Array];
    const like = two.map((value, i) => (one[i] as number) + Math.round(value / 50));
    const third = like.map((value, i) => value - (one[i] as number));
    const named = Object.entries({ I: one, II: like, III: third }).map(([name, values]) => ({
      name,
      signal: Array.from(values, (value) => Number((value / 1000).toFixed(2))),
    }));
    const found = await checksOf(await post({ samplingRate: 500, gain: 1, leads: named }));
    const codes = found.map(({ code }) => code);
    expect(codes).not.to.include('limb-leads-inconsistent');
  });

  for (const [tail, noise] of [
    [64, 5],
    [200, 15],
    [1000, 15],
  ] as const) {
    it(`do not judge a last block of ${tail} samples of baseline by itself`, async () => {
      const samples = 65_536 + tail;
      const names = ['I', 'II', 'III'] as const;
      const { leads } = synthesize({ seed: 2, duration: samples / 500, noise: 10, wander: 300, leads: names });
      const random = uniform(tail);
      const signals = leads.map(({ name, samples: own }) => ({
        name,
        signal: Array.from(own, (value, i) => {
          // The tail is baseline; III has its own noise of this many microvolts root mean square.
          const line = i < 65_536 ? value : 0;
          return name === 'III' ? Math.round(line + (random() - 0.5) * noise * Math.sqrt(12)) : line + (i % 2);
        }),
      }));
      expect(await checksOf(await post({ samplingRate: 500, leads: signals }))).to.deep.equal([]);
    });
  }

  it('suspect swapped arms if most of the recording looks like it, but not for one part of it', async () => {
    const names = ['I', 'II', 'III', 'V6'] as const;
    const { leads } = synthesize({ seed: 7, duration: 800, samplingRate: 250, leads: names });
    const [one, two, three, six] = names.map((_, i) => leads[i]!.samples) as [
      Int16Array,
      Int16Array,
      Int16Array,
      Int16Array,
    ];
    const swappedTo = async (end: number): Promise<unknown[]> => {
      const changed = {
        I: one.map((value, i) => (i < end ? -value : value)),
        II: two.map((value, i) => (i < end ? (three[i] as number) : value)),
        III: three.map((value, i) => (i < end ? (two[i] as number) : value)),
        V6: six,
      };
      const body = {
        samplingRate: 250,
        leads: Object.entries(changed).map(([name, signal]) => ({ name, signal: [...signal] })),
      };
      return (await checksOf(await post(body))).map(({ code, channels, ranges }) => [code, channels, ranges]);
    };
    expect(await swappedTo(65_536)).to.deep.equal([]);
    for (const end of [131_072, 200_000])
      expect(await swappedTo(end)).to.deep.equal([['arms-swapped-suspected', ['I'], [{ from: 0, to: end / 250 }]]]);
  });

  it('have no ranges if there are no times', async () => {
    const found = await checksOf(await post({ leads: [{ name: 'II', signal: [3, 3, 3] }] }));
    expect(found.map(({ code, ranges }) => [code, ranges])).to.deep.equal([
      ['sampling-rate-missing', []],
      ['lead-off', []],
    ]);
  });
});
