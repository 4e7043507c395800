/** Merging summaries is associative, exactly or within rounding, and has the empty summary as its identity. */
import { expect } from 'chai';
import { summarize } from '../../../src/signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../../../src/signal/summary.ts';
import { countsOf, hardSignals, samplesOf } from '../../support/signals.ts';

const of = (...values: (number | null)[]) => summarize(samplesOf('int16', values), 0);

describe('merging summaries', () => {
  const summaries = hardSignals(61, 150)
    .filter(({ samples }) => samples.length < 100 || samples.length % 64 === 0)
    .map(({ samples, zeroLevel }) => summarize(samples, zeroLevel));
  const short = [
    of(),
    of(0),
    of(1),
    of(-1),
    of(null),
    of(0, 0),
    of(1, 0),
    of(0, -1),
    of(null, 1),
    of(-1, null),
    of(0, null),
    of(null, 0),
    of(1, null, -1),
  ];

  it('has the empty summary as its identity', () => {
    for (const summary of [...summaries, ...short]) {
      expect(merge(EMPTY, summary)).to.deep.equal(summary);
      expect(merge(summary, EMPTY)).to.deep.equal(summary);
    }
  });

  it('is associative in all exact values', () => {
    const triples = short.flatMap((a) => short.flatMap((b) => short.map((c) => [a, b, c] as const)));
    for (let i = 2; i < summaries.length; i++) triples.push([summaries[i - 2]!, summaries[i - 1]!, summaries[i]!]);
    for (const [a, b, c] of triples) {
      expect(countsOf(merge(merge(a, b), c)), JSON.stringify([a, b, c])).to.deep.equal(countsOf(merge(a, merge(b, c))));
    }
  });

  it('is associative in mean and deviation within rounding', () => {
    for (let i = 2; i < summaries.length; i++) {
      const [a, b, c] = summaries.slice(i - 2, i + 1) as [SignalSummary, SignalSummary, SignalSummary];
      const left = merge(merge(a, b), c);
      const right = merge(a, merge(b, c));
      const magnitude = Math.max(-left.minimum, left.maximum);
      if (!(magnitude < 1e140) || left.samples === left.missing) continue;
      expect(left.mean).to.be.closeTo(right.mean, 1e-12 * magnitude);
      expect(Math.sqrt(left.m2 / left.samples)).to.be.closeTo(Math.sqrt(right.m2 / right.samples), 1e-12 * magnitude);
    }
  });

  it('counts a crossing if the edges meet with different signs', () => {
    expect(merge(of(1), of(-1)).zeroCrossings).to.equal(1);
    expect(merge(of(1), of(1)).zeroCrossings).to.equal(0);
    expect(merge(of(1, 0), of(0, -1)).zeroCrossings).to.equal(1);
  });

  it('lets a sign through zeros, but not through a gap', () => {
    expect(merge(merge(of(1), of(0, 0)), of(-1)).zeroCrossings).to.equal(1);
    expect(merge(merge(of(1), of(0, null)), of(-1)).zeroCrossings).to.equal(0);
    expect(merge(of(0, 0), of(-1)).firstSign).to.equal(-1);
    expect(merge(of(0, null), of(-1)).firstSign).to.equal(0);
    expect(merge(of(1), of(0, 0)).lastSign).to.equal(1);
    expect(merge(of(1), of(null, 0)).lastSign).to.equal(0);
  });

  it('weights means by the samples that are not missing', () => {
    const merged = merge(of(1, 2, null), of(6));
    expect(merged).to.include({ samples: 4, missing: 1, minimum: 1, maximum: 6, mean: 3, m2: 14 });
  });
});
