/** Blocks keep every value, in the smallest type, for any runs. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { BlockBuilder } from '../../../src/signal/block-builder.ts';
import { BLOCK_SAMPLES } from '../../../src/signal/samples.ts';
import { missingMarker, type Samples, sampleType, widerType } from '../../../src/signal/samples.ts';

function build(runs: readonly Samples[]): Samples[] {
  const blocks: Samples[] = [];
  const builder = new BlockBuilder((samples) => blocks.push(samples));
  for (const run of runs) builder.append(run);
  builder.finish();
  return blocks;
}

/** Plain numbers, NaN if missing. */
const values = (samples: Samples): number[] =>
  Array.from(samples, (value) => (value === missingMarker(sampleType(samples)) ? NaN : value));
const one = (...numbers: number[]): Samples => build([Float64Array.from(numbers)])[0] as Samples;

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -40_000, max: 40_000 }) },
  fc.constantFrom(NaN, -32768, -32767, 32767, 32768, -2147483648, 2147483647, 2147483648, 0.5, 0.1, 2 ** 53),
);

describe('BlockBuilder', () => {
  it('uses the smallest lossless type', () => {
    expect(sampleType(one(0, -32767, 32767, NaN))).to.equal('int16');
    expect(sampleType(one(32768))).to.equal('int32');
    expect(sampleType(one(0.5, NaN))).to.equal('float32');
    expect(sampleType(one(0.1))).to.equal('float64');
    expect(sampleType(one(2147483648))).to.equal('float32');
    expect(sampleType(one(2147483649))).to.equal('float64');
  });

  it('widens a block if a value equals the missing marker', () => {
    expect([sampleType(one(-32768)), [...one(-32768)]]).to.deep.equal(['int32', [-32768]]);
    expect([sampleType(one(-2147483648)), [...one(-2147483648)]]).to.deep.equal(['float32', [-2147483648]]);
  });

  it('chooses the type block by block', () => {
    const run = new Float64Array(2 * BLOCK_SAMPLES + 1);
    run[BLOCK_SAMPLES] = 0.1;
    expect(build([run]).map((block) => [sampleType(block), block.length])).to.deep.equal([
      ['int16', BLOCK_SAMPLES],
      ['float64', BLOCK_SAMPLES],
      ['int16', 1],
    ]);
  });

  it('keeps every value and every gap, and the same types however the signal is cut', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
        (signal, cuts) => {
          const bounds = [0, ...cuts.filter((cut) => cut < signal.length).toSorted((a, b) => a - b), signal.length];
          const pieces = bounds.slice(1).map((end, i) => Float64Array.from(signal.slice(bounds[i], end)));
          const blocks = build(pieces);
          expect(blocks.flatMap(values)).to.deep.equal(signal);
          expect(blocks.map(sampleType)).to.deep.equal(build([Float64Array.from(signal)]).map(sampleType));
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });

  it('accepts runs of any type, each with its own missing marker', () => {
    const runs = [
      Int16Array.of(1, -32768),
      Int32Array.of(-2147483648, 2, -32768),
      Float32Array.of(NaN, 3),
      Float64Array.of(NaN, -2147483648),
    ];
    expect(build(runs).flatMap(values)).to.deep.equal([1, NaN, NaN, 2, -32768, NaN, 3, NaN, -2147483648]);
    expect(build(runs.slice(0, 1)).map(sampleType)).to.deep.equal(['int16']);
  });
});

describe('widerType', () => {
  it('gives float64 for int32 and float32', () => {
    expect([widerType('int16', 'int32'), widerType('float32', 'int32'), widerType('int16', 'float32')]).to.deep.equal([
      'int32',
      'float64',
      'float32',
    ]);
  });
});
