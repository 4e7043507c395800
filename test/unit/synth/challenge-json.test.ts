/** The writer of the challenge's JSON, checked with JSON.parse. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { challengeJson, synthesizeChallengeJson } from '../../../src/synth/challenge-json.ts';
import { synthesize, type EcgOptions } from '../../../src/synth/ecg.ts';
import { MISSING_INT16 } from '../../../src/signal/samples.ts';

function text(chunks: Iterable<Uint8Array>): string {
  return Buffer.concat([...chunks]).toString('utf8');
}

function numbers(samples: Iterable<number>): (number | null)[] {
  return Array.from(samples, (digit) => (digit === MISSING_INT16 ? null : digit));
}

describe('the JSON form of the challenge', () => {
  it('reads back as the same numbers for any division of the signal into runs', () => {
    const signal = fc.array(
      fc.oneof(
        fc.integer({ min: -32768, max: 32767 }),
        fc.constantFrom(0, 9, 10, -10, 99, 100, 999, 1000, 9999, 10000, -32767, MISSING_INT16),
      ),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(signal, fc.array(fc.nat(300), { maxLength: 6 }), (samples, cuts) => {
        const edges = [
          0,
          ...cuts.map((cut) => Math.min(cut, samples.length)).toSorted((a, b) => a - b),
          samples.length,
        ];
        const runs = edges.slice(1).map((end, i) => Int16Array.from(samples.slice(edges[i], end)));
        const parsed: unknown = JSON.parse(
          text(challengeJson({ id: 'x' }, [{ name: 'V1', count: samples.length, runs }])),
        );
        expect(parsed).to.deep.equal({
          id: 'x',
          leads: [{ name: 'V1', number_of_samples: samples.length, signal: numbers(samples) }],
        });
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('writes every possible digit, as an integer and with a decimal point', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    for (const decimals of [0, 1, 3, 5, 7, 10]) {
      const { leads } = JSON.parse(
        text(challengeJson({}, [{ name: 'I', count: all.length, runs: [all] }], decimals)),
      ) as { leads: [{ signal: unknown[] }] };
      const expected = numbers(all).map((digit) => (digit === null ? null : Number(`${digit}e-${decimals}`)));
      expect(leads[0].signal, `${decimals} decimals`).to.deep.equal(expected);
    }
  });

  it('uses chunks of at most 64 KiB, which the reader may keep', () => {
    const chunks = [...synthesizeChallengeJson({ seed: 1, duration: 60, noise: 10, leads: ['I', 'V1'] }, { id: 'x' })];
    expect(chunks.length).to.be.above(3);
    for (const chunk of chunks) expect(chunk.length).to.be.within(1, 65536);
    expect(new Set(chunks.map((chunk) => chunk.buffer)).size).to.equal(chunks.length);
  });

  it('writes the same synthetic recording as synthesize makes, with its header and the scale of each lead', () => {
    const options: EcgOptions = {
      seed: 4,
      duration: 20,
      noise: 9,
      wander: 90,
      leads: ['V2', 'III'],
      missing: [{ lead: 'III', from: 3, to: 4 }],
    };
    const header = { id: 'a "quoted" ü', date: '2026-01-15T09:30:00Z', samplingRate: 500, unit: 'mV', gain: 1000 };
    const { leads } = synthesize(options);
    const expected = {
      ...header,
      leads: leads.map(({ name, samples }) => ({ name, number_of_samples: 10_000, signal: numbers(samples) })),
    };
    expect(JSON.parse(text(synthesizeChallengeJson(options, header)))).to.deep.equal(expected);
    const scaled = challengeJson({}, [
      { name: 'ü', count: 1, runs: [Int16Array.of(5)], gain: 200, zeroLevel: 1024 },
      { name: 'empty', count: 0, runs: [] },
    ]);
    expect(JSON.parse(text(scaled))).to.deep.equal({
      leads: [
        { name: 'ü', gain: 200, zeroLevel: 1024, number_of_samples: 1, signal: [5] },
        { name: 'empty', number_of_samples: 0, signal: [] },
      ],
    });
  });
});
