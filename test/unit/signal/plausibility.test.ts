/** Findings about leads that contradict each other. */
import { expect } from 'chai';
import {
  armsMayBeSwapped,
  armsMostlySwapped,
  brokenRelations,
  type LeadValues,
  mostly,
} from '../../../src/signal/plausibility.ts';
import { synthesize } from '../../../src/synth/ecg.ts';
import type { CanonicalLead } from '../../../src/signal/leads.ts';
import { uniform } from '../../support/signals.ts';

const DIGIT = 0.001;

function recorded(): Map<CanonicalLead, Float64Array> {
  const { leads, gain } = synthesize({ seed: 7, duration: 10 });
  return new Map(
    leads.map(({ name, samples }) => [name as CanonicalLead, Float64Array.from(samples, (digit) => digit / gain)]),
  );
}

function changed(change: (leads: Map<CanonicalLead, Float64Array>) => void): LeadValues {
  const leads = recorded();
  change(leads);
  return leads;
}

const negated = (values: Float64Array | undefined): Float64Array => values!.map((value) => -value);

const broken = (change: (leads: Map<CanonicalLead, Float64Array>) => void): string[] =>
  brokenRelations(changed(change), DIGIT).map(({ lead }) => lead);

describe('plausibility of leads', () => {
  it("finds nothing if Einthoven's law holds, with or without constant offsets and gaps", () => {
    expect(brokenRelations(recorded(), DIGIT)).to.deep.equal([]);
    const shifted = changed((leads) => {
      leads.set(
        'II',
        leads.get('II')!.map((value, i) => (i < 50 ? NaN : value + 0.3)),
      );
    });
    expect(brokenRelations(shifted, DIGIT)).to.deep.equal([]);
  });

  it('finds a lead that is a different one, inverted or of a different gain', () => {
    expect(broken((leads) => leads.set('III', leads.get('II')!))).to.deep.equal(['III']);
    expect(broken((leads) => leads.set('aVR', negated(leads.get('aVR'))))).to.deep.equal(['aVR']);
    expect(
      broken((leads) =>
        leads.set(
          'I',
          leads.get('I')!.map((value) => value * 2),
        ),
      ),
    ).to.include.members(['III', 'aVR', 'aVL']);
    expect(broken((leads) => leads.delete('I') && leads.set('III', leads.get('II')!))).to.deep.equal([]);
  });

  it('tolerates rounding', () => {
    const rounded = changed((leads) => {
      for (const [lead, values] of leads)
        leads.set(
          lead,
          values.map((value) => Math.round(value / 0.05) * 0.05),
        );
    });
    expect(brokenRelations(rounded, 0.05)).to.deep.equal([]);
  });

  it('tolerates the noise of the leads, and ignores leads with too few samples', () => {
    const random = uniform(3);
    const noisy = changed((leads) => {
      leads.set(
        'III',
        leads.get('III')!.map((value, i) => (i < 2000 ? 0.05 * (random() - 0.5) : value)),
      );
      for (const lead of ['I', 'II'] as const) leads.set(lead, leads.get(lead)!.fill(0, 0, 2000));
    });
    const names = ['I', 'II', 'III', 'V6'] as const;
    const quiet = new Map(names.map((lead) => [lead, noisy.get(lead)!.subarray(0, 2000)]));
    expect(brokenRelations(quiet, DIGIT).map(({ lead }) => lead)).to.deep.equal(['III']);
    expect(brokenRelations(quiet, DIGIT, 0.02)).to.deep.equal([]);
    const few = new Map([...quiet].map(([lead, values]) => [lead, values.subarray(0, 99)]));
    expect(brokenRelations(few, DIGIT)).to.deep.equal([]);
    expect(armsMayBeSwapped(few)).to.equal(null);
    const missing = new Map([...quiet].map(([lead, values]) => [lead, values.map((v, i) => (i < 99 ? v : NaN))]));
    expect(brokenRelations(missing, DIGIT)).to.deep.equal([]);
  });

  it('suspects swapped arm electrodes, which satisfy every relation', () => {
    const swapped = changed((leads) => {
      const [I, II, III, aVR, aVL] = (['I', 'II', 'III', 'aVR', 'aVL'] as const).map((lead) => leads.get(lead)!) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      leads.set('I', negated(I)).set('II', III).set('III', II).set('aVR', aVL).set('aVL', aVR);
    });
    expect(brokenRelations(swapped, DIGIT)).to.deep.equal([]);
    expect(armsMayBeSwapped(swapped)).to.equal(true);
    expect(armsMayBeSwapped(recorded())).to.equal(false);
  });

  it('does not mistake a moving electrode for a swapped one', () => {
    const rate = 500;
    const { leads } = synthesize({ seed: 5, duration: 131, noise: 10, wander: 50 });
    // How the leads see the left arm.
    const seen: Record<string, number> = { I: 1, III: -1, aVR: -0.5, aVL: 1, aVF: -0.5, V6: -1 / 3 };
    const moved = new Map(
      leads.map(({ name, samples }) => [
        name as CanonicalLead,
        Float64Array.from(samples, (digit, i) => {
          const moving = i >= 20 * rate && i < 25 * rate ? -5 * Math.sin((Math.PI * (i - 20 * rate)) / (5 * rate)) : 0;
          return digit / 1000 + (seen[name] ?? 0) * moving;
        }),
      ]),
    );
    expect(armsMayBeSwapped(moved), 'as one').to.equal(true);
    expect(armsMostlySwapped(moved, 10 * rate)).to.equal(false);
    const swapped = new Map<CanonicalLead, Float64Array>(moved);
    swapped.set('I', negated(moved.get('I'))).set('aVR', Float64Array.from(moved.get('aVL')!));
    expect(armsMostlySwapped(swapped, 10 * rate)).to.equal(true);
    expect(armsMostlySwapped(new Map([...moved].filter(([lead]) => lead !== 'V6')), 10 * rate)).to.equal(null);
    expect(armsMostlySwapped(new Map(), 10)).to.equal(null);
  });

  it('follows the majority of the conclusive answers', () => {
    const asked = [[], [null, null], [true, false], [true, null, null], [true, false, true]];
    expect(asked.map(mostly)).to.deep.equal([null, null, false, true, true]);
  });
});
