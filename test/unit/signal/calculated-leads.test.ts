/** Limb leads from leads I and II: which can be calculated, and with which values. */
import { expect } from 'chai';
import {
  CALCULATED_LEADS,
  calculableOf,
  calculatedLead,
  type LimbChannel,
} from '../../../src/signal/calculated-leads.ts';
import { canonicalLeads } from '../../../src/signal/leads.ts';
import { synthesize } from '../../../src/synth/ecg.ts';

/** Calibrated channels in mV with these names. */
const channels = (names: readonly string[], change: (name: string) => Partial<LimbChannel> = () => ({})) => {
  const leads = canonicalLeads(names);
  return names.map((name, i): LimbChannel => ({
    name,
    lead: leads[i] ?? null,
    samplingRate: 500,
    unit: 'mV',
    calibrated: true,
    summary: { samples: 5_000 },
    ...change(name),
  }));
};

const EIGHT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

describe('calculated limb leads', () => {
  it('are the voltages between the limbs that lead I and lead II are measured from', () => {
    // Potentials of the right arm, the left arm and the left leg, in multiples of 1/8 mV, which floats represent
    // exactly.
    const potentials = [
      [0.125, 0.5, 1.25],
      [-0.75, 0.25, 0.5],
      [2, -1, 0.375],
    ] as const;
    const one = Float64Array.from(potentials, ([right, left]) => left - right);
    const two = Float64Array.from(potentials, ([right, , foot]) => foot - right);
    const by = {
      III: potentials.map(([, left, foot]) => foot - left),
      aVR: potentials.map(([right, left, foot]) => right - (left + foot) / 2),
      aVL: potentials.map(([right, left, foot]) => left - (right + foot) / 2),
      aVF: potentials.map(([right, left, foot]) => foot - (right + left) / 2),
    };
    for (const lead of CALCULATED_LEADS) expect([...calculatedLead(lead, one, two, 1)], lead).to.deep.equal(by[lead]);
  });

  it('are those of a whole ECG, up to the rounding of its digits', () => {
    const { leads, gain } = synthesize({ seed: 3, duration: 10 });
    const valuesOf = (lead: string) =>
      Float64Array.from(leads.find(({ name }) => name === lead)!.samples, (digit) => digit / gain);
    for (const lead of CALCULATED_LEADS) {
      const found = calculatedLead(lead, valuesOf('I'), valuesOf('II'), 1);
      const worst = valuesOf(lead).reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
      expect(worst * gain, lead).to.be.at.most(1.5);
    }
  });

  it('are missing where I or II is', () => {
    const found = calculatedLead('III', Float64Array.of(1, NaN, 1, NaN), Float64Array.of(3, 1, NaN, NaN), 1);
    expect([...found]).to.deep.equal([2, NaN, NaN, NaN]);
  });

  it('are in the unit of lead I', () => {
    const found = calculableOf(channels(EIGHT, (name) => ({ unit: name === 'I' ? 'uV' : 'mV' })));
    expect(found?.scaleOfII).to.equal(1_000);
    expect([...calculatedLead('III', Float64Array.of(200), Float64Array.of(0.5), 1_000)]).to.deep.equal([300]);
  });

  it('are offered if they are not recorded', () => {
    expect(calculableOf(channels(EIGHT))).to.deep.equal({
      indexOfI: 0,
      indexOfII: 1,
      scaleOfII: 1,
      leads: ['III', 'aVR', 'aVL', 'aVF'],
    });
    expect(calculableOf(channels(['aVF', 'Lead II', 'ECG I']))).to.deep.include({
      indexOfI: 2,
      indexOfII: 1,
      leads: ['III', 'aVR', 'aVL'],
    });
    expect(calculableOf(channels([...EIGHT, 'III', 'aVR', 'aVL', 'aVF']))).to.equal(null);
  });

  it('are not offered without I and II of the same rate, length and kind, calibrated in volts', () => {
    expect(calculableOf(channels(['I', 'V1']))).to.equal(null);
    expect(calculableOf(channels(['II', 'V1']))).to.equal(null);
    expect(calculableOf(channels(['I', 'MLII']))).to.equal(null);
    expect(calculableOf(channels(['I', 'ECG_MLII']))).to.equal(null);
    expect(calculableOf(channels(['MLI', 'MLII']))?.leads).to.have.length(4);
    for (const change of [
      { samplingRate: 250 },
      { summary: { samples: 4_999 } },
      { calibrated: false },
      { unit: 'mmHg' },
      { unit: null },
    ])
      expect(calculableOf(channels(EIGHT, (name) => (name === 'II' ? change : {}))), JSON.stringify(change)).to.equal(
        null,
      );
    expect(calculableOf(channels(EIGHT, () => ({ samplingRate: null })))).to.equal(null);
  });
});
