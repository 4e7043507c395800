/** The synthesizer: physics of the leads, correct beat times, and the same recording from the same seed. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { MISSING_INT16 } from '../../../src/signal/samples.ts';
import { ecgBlocks, synthesize, type EcgOptions, type SynthesizedEcg } from '../../../src/synth/ecg.ts';
import { LEAD_NAMES, type LeadName } from '../../../src/synth/leads.ts';

const DISTURBED = { noise: 12, hum: 8, wander: 150 };

function lead(ecg: SynthesizedEcg, name: LeadName): Int16Array {
  const found = ecg.leads.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no lead ${name}`);
  return found.samples;
}

/** Index of the largest sample within `seconds` of `time`. */
function peak(samples: Int16Array, time: number, rate: number, seconds: number): number {
  let best = Math.max(0, Math.ceil((time - seconds) * rate));
  for (let i = best; i < Math.min(samples.length, (time + seconds) * rate); i++)
    if (samples[i]! > samples[best]!) best = i;
  return best;
}

describe('the synthetic ECG', () => {
  it('satisfies the relations of Einthoven and Goldberger within one digit, for any seed and disturbances', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 30, max: 200 }),
        fc.constantFrom(100, 360, 500, 1000),
        fc.constantFrom(200, 1000, 5000),
        (seed, heartRate, samplingRate, gain) => {
          const ecg = synthesize({ seed, duration: 4, heartRate, samplingRate, gain, ...DISTURBED, ectopics: [2] });
          const [i, ii, iii, avr, avl, avf] = (['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const).map((name) =>
            lead(ecg, name),
          ) as [Int16Array, Int16Array, Int16Array, Int16Array, Int16Array, Int16Array];
          let worst = 0;
          for (let k = 0; k < i.length; k++) {
            const a = i[k]!;
            const b = ii[k]!;
            worst = Math.max(
              worst,
              Math.abs(iii[k]! - (b - a)),
              Math.abs(avr[k]! + (a + b) / 2),
              Math.abs(avl[k]! - (a - b / 2)),
              Math.abs(avf[k]! - (b - a / 2)),
            );
          }
          expect(worst).to.be.at.most(1);
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  it('has its R peaks in lead II at the stated times, within 20 ms', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const ecg = synthesize({
        seed,
        duration: 60,
        samplingRate: 500,
        heartRate: 50 + 20 * seed,
        ...DISTURBED,
        ectopics: [10, 30],
      });
      const inside = ecg.beats.filter(({ time }) => time > 0.1 && time < 59.9);
      expect(inside.length).to.be.within(50 + 20 * seed - 8, 50 + 20 * seed + 8);
      for (const { time } of inside)
        expect(peak(lead(ecg, 'II'), time, 500, 0.1) / 500).to.be.closeTo(time, 0.02, `seed ${seed}`);
    }
  });

  it('looks physiological: R about 1 mV in II and 1.5 mV in V4, aVR negative, R growing from V1 to V4', () => {
    const rate = 1000;
    const ecg = synthesize({ seed: 21, duration: 10, samplingRate: rate });
    const { time } = ecg.beats.find((beat) => beat.time > 1)!;
    const around = (name: LeadName, from: number, to: number) =>
      lead(ecg, name).subarray(Math.round((time + from) * rate), Math.round((time + to) * rate));
    const r = (name: LeadName) => Math.max(...around(name, -0.06, 0.06)) / 1000;
    const s = (name: LeadName) => Math.min(...around(name, -0.06, 0.06)) / 1000;
    expect(r('II')).to.be.within(0.8, 1.3);
    expect(r('V4')).to.be.within(1.2, 1.8);
    expect(s('aVR')).to.be.below(-0.6);
    expect(r('aVR')).to.be.below(0.25);
    expect(Math.max(...around('II', -0.22, -0.1)), 'P in II').to.be.within(80, 200);
    expect(Math.max(...around('II', 0.18, 0.4)), 'T in II').to.be.within(150, 500);
    expect([r('V1'), r('V2'), r('V3'), r('V4')]).to.deep.equal(
      [r('V1'), r('V2'), r('V3'), r('V4')].toSorted((a, b) => a - b),
    );
    expect(r('V6')).to.be.below(r('V5'));
    expect(-s('V1'), 'rS in V1').to.be.above(2 * r('V1'));
  });

  it('has ectopic beats that are early, wide and followed by a compensatory pause', () => {
    const ecg = synthesize({ seed: 5, duration: 20, variability: 0, heartRate: 60, ectopics: [8.3] });
    const at = ecg.beats.findIndex(({ kind }) => kind === 'ectopic');
    const [before, ectopic, after] = ecg.beats.slice(at - 1, at + 2).map(({ time }) => time) as [
      number,
      number,
      number,
    ];
    expect(ecg.beats.filter(({ kind }) => kind === 'ectopic')).to.have.length(1);
    expect(ectopic).to.be.within(7.3, 9.3);
    expect(ectopic - before).to.be.closeTo(0.6, 1e-9);
    expect(after - before).to.be.closeTo(2, 1e-9);
    const width = (time: number) => {
      const ii = lead(ecg, 'II');
      const top = peak(ii, time, 500, 0.05);
      return ii.subarray(top - 60, top + 60).filter((digit) => digit > ii[top]! / 2).length / 500;
    };
    expect(width(ectopic)).to.be.above(2 * width(before));
  });

  it('is flat or missing exactly where requested, only in that lead', () => {
    const options: EcgOptions = {
      seed: 8,
      duration: 40,
      samplingRate: 500,
      ...DISTURBED,
      zeroLevel: 7,
      flat: [
        { lead: 'V1', from: 1, to: 2 },
        { lead: 'V1', from: 15, to: 18 },
      ],
      missing: [
        { lead: 'V1', from: 17.5, to: 18.25 },
        { lead: 'II', from: 39, to: 50 },
      ],
    };
    const ecg = synthesize(options);
    const whole = synthesize({ ...options, flat: [], missing: [] });
    for (const name of LEAD_NAMES) {
      const expected = lead(whole, name).slice();
      if (name === 'V1') expected.fill(7, 500, 1000).fill(7, 7500, 8750).fill(MISSING_INT16, 8750, 9125);
      if (name === 'II') expected.fill(MISSING_INT16, 19500);
      expect(lead(ecg, name), name).to.deep.equal(expected);
    }
    for (const { samples } of whole.leads) expect(samples.includes(MISSING_INT16)).to.equal(false);
  });

  it('has the same digits for the same seed and different ones for another', () => {
    const options: EcgOptions = { seed: 3, duration: 30, ...DISTURBED };
    expect(synthesize(options)).to.deep.equal(synthesize(options));
    expect(lead(synthesize({ ...options, seed: 4 }), 'II')).to.not.deep.equal(lead(synthesize(options), 'II'));
  });

  it('has the same lead, whichever other leads are made', () => {
    const options: EcgOptions = { seed: 6, duration: 40, ...DISTURBED, ectopics: [16, 17] };
    const whole = synthesize(options);
    for (const name of LEAD_NAMES)
      expect(lead(synthesize({ ...options, leads: [name] }), name), name).to.deep.equal(lead(whole, name));
  });

  it('begins with the same digits if it is longer, across blocks', () => {
    const options: EcgOptions = { seed: 9, duration: 100, samplingRate: 1000, leads: ['II'], ...DISTURBED };
    const long = lead(synthesize(options), 'II');
    for (const duration of [0.5, 8.19, 8.192, 8.193, 24.6]) {
      const short = lead(synthesize({ ...options, duration }), 'II');
      expect(short).to.deep.equal(long.subarray(0, Math.round(duration * 1000)));
    }
  });

  it('draws a beat across the boundary of two blocks without a step', () => {
    const clean = lead(synthesize({ seed: 10, duration: 200, samplingRate: 1000, leads: ['V5'] }), 'V5');
    let worst = 0;
    for (let i = 1; i < clean.length; i++) worst = Math.max(worst, Math.abs(clean[i]! - clean[i - 1]!));
    expect(worst).to.be.below(150);
  });

  it('has the requested noise', () => {
    const options: EcgOptions = { seed: 12, duration: 60, leads: ['V3'] };
    const clean = lead(synthesize(options), 'V3');
    const noisy = lead(synthesize({ ...options, noise: 40 }), 'V3');
    let squares = 0;
    for (let i = 0; i < clean.length; i++) squares += (noisy[i]! - clean[i]!) ** 2;
    expect(Math.sqrt(squares / clean.length)).to.be.closeTo(40, 1);
  });

  it('saturates instead of wrapping around, and never produces the value of a missing sample', () => {
    const [one] = synthesize({ seed: 1, duration: 5, gain: 1e6, leads: ['aVR'] }).leads;
    expect(Math.min(...one!.samples)).to.equal(-32767);
  });

  it('yields blocks of equal lengths that add up', () => {
    let total = 0;
    for (const [a, b, ...rest] of ecgBlocks({ seed: 1, duration: 100, samplingRate: 360, leads: ['V1', 'aVF'] })) {
      expect(rest).to.have.length(0);
      expect(a!.length).to.equal(b!.length);
      total += a!.length;
    }
    expect(total).to.equal(36000);
  });

  it('refuses impossible options', () => {
    for (const wrong of [
      { duration: 0 },
      { duration: NaN },
      { samplingRate: -1 },
      { gain: Infinity },
      { heartRate: 5 },
      { variability: 1 },
    ]) {
      expect(() => synthesize({ seed: 1, duration: 1, ...wrong }), JSON.stringify(wrong)).to.throw(
        RangeError,
        Object.keys(wrong)[0],
      );
    }
  });
});
