/** Findings about leads that contradict each other. */
import { expect } from 'chai';
import { armsMayBeSwapped, brokenRelations, type LeadValues } from '../../../src/signal/plausibility.ts';
import { synthesize } from '../../../src/synth/ecg.ts';
import type { CanonicalLead } from '../../../src/signal/leads.ts';

const DIGIT = 0.001;

function recorded(): Map<CanonicalLead, Float64Array> {
  const { leads, gain } = synthesize({ seed: 7, duration: 10 });
  return new Map(leads.map(({ name, samples }) => [name as CanonicalLead, Float64Array.from(samples, (digit) => digit / gain)]));
}

function changed(change: (leads: Map<CanonicalLead, Float64Array>) => void): LeadValues {
  const leads = recorded();
  change(leads);
  return leads;
}

const negated = (values: Float64Array | undefined): Float64Array => values!.map((value) => -value);

const broken = (change: (leads: Map<CanonicalLead, Float64Array>) => void): string[] => brokenRelations(changed(change), DIGIT).map(({ lead }) => lead);

describe('plausibility of leads', () => {
  it('finds nothing where Einthoven\'s law holds, constant offsets and gaps or not', () => {
    expect(brokenRelations(recorded(), DIGIT)).to.deep.equal([]);
    const shifted = changed((leads) => {
      leads.set('II', leads.get('II')!.map((value, i) => (i < 50 ? NaN : value + 0.3)));
    });
    expect(brokenRelations(shifted, DIGIT)).to.deep.equal([]);
  });

  it('finds a lead that is another one, turned over or of another gain', () => {
    expect(broken((leads) => leads.set('III', leads.get('II')!))).to.deep.equal(['III']);
    expect(broken((leads) => leads.set('aVR', negated(leads.get('aVR'))))).to.deep.equal(['aVR']);
    expect(broken((leads) => leads.set('I', leads.get('I')!.map((value) => value * 2)))).to.include.members(['III', 'aVR', 'aVL']);
    expect(broken((leads) => leads.delete('I') && leads.set('III', leads.get('II')!))).to.deep.equal([]);
  });

  it('leaves rounding alone', () => {
    const rounded = changed((leads) => {
      for (const [lead, values] of leads) leads.set(lead, values.map((value) => Math.round(value / 0.05) * 0.05));
    });
    expect(brokenRelations(rounded, 0.05)).to.deep.equal([]);
  });

  it('suspects swapped arm electrodes, which keep every relation', () => {
    const swapped = changed((leads) => {
      const [I, II, III, aVR, aVL] = (['I', 'II', 'III', 'aVR', 'aVL'] as const).map((lead) => leads.get(lead)!) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
      leads.set('I', negated(I)).set('II', III).set('III', II).set('aVR', aVL).set('aVL', aVR);
    });
    expect(brokenRelations(swapped, DIGIT)).to.deep.equal([]);
    expect(armsMayBeSwapped(swapped)).to.equal(true);
    expect(armsMayBeSwapped(recorded())).to.equal(false);
  });
});
