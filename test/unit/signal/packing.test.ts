/** Packed blocks come back bit by bit, and damaged ones are refused. */
import { expect } from 'chai';
import { BlockMemory } from '../../../src/signal/block-memory.ts';
import { SLOTS } from '../../../src/signal/kernel.ts';
import { DamagedPacking, packed, unpacked } from '../../../src/signal/packing.ts';
import { BLOCK_SAMPLES, SAMPLE_TYPES } from '../../../src/signal/samples.ts';
import { noise, samplesOf, uniform } from '../../support/signals.ts';

type Integers = Int16Array | Int32Array;
const TYPES = ['int16', 'int32'] as const;
const HEADER = 4;
const FRAME = 128;

/** What comes back; null if the block is not packed. */
function roundTrip(samples: Integers, memory?: BlockMemory): Integers | null {
  const bytes = packed(samples);
  if (bytes === null) return null;
  expect(bytes.length).to.be.below(samples.byteLength);
  return unpacked(samples instanceof Int16Array ? 'int16' : 'int32', bytes, memory).slice() as Integers;
}

/** A random signal: steps of some width, held values, extremes and gaps in random mixture. */
function randomSamples(random: () => number, type: (typeof TYPES)[number], length: number): Integers {
  const limit = type === 'int16' ? 32_768 : 2 ** 31;
  const step = 2 ** (random() * (type === 'int16' ? 17 : 33));
  const drift = random() < 0.3 ? random() * 40 - 20 : 0;
  const rates = {
    hold: random() < 0.5 ? 0 : random(),
    extreme: random() < 0.8 ? 0 : 0.02,
    gap: random() < 0.8 ? 0 : 0.02,
  };
  const samples = type === 'int16' ? new Int16Array(length) : new Int32Array(length);
  let value = 0;
  for (let i = 0; i < length; i++) {
    if (random() >= rates.hold) value += drift + (random() - 0.5) * step;
    const chance = random();
    // Beyond the type's range, values wrap: steps from one end to the other.
    samples[i] = chance < rates.gap ? -limit : chance < rates.gap + rates.extreme ? limit - 1 : Math.trunc(value);
  }
  return samples;
}

describe('a packed block', () => {
  for (const type of TYPES) {
    it(`of ${type} comes back the same at every length up to three frames`, () => {
      const random = uniform(11);
      let count = 0;
      for (let length = 0; length <= 3 * FRAME + 1; length++) {
        for (const step of [1, 40, 3000]) {
          const samples = samplesOf(
            type,
            Array.from({ length }, () => Math.round((random() - 0.5) * step)),
          ) as Integers;
          const back = roundTrip(samples);
          if (back) expect(back, `${length} samples of ±${step / 2}`).to.deep.equal(samples);
          if (back) count++;
        }
      }
      expect(count).to.be.above(600);
    });

    it(`of ${type} comes back the same after the steepest possible steps`, () => {
      const [low, high] = type === 'int16' ? [-32_768, 32_767] : [-(2 ** 31), 2 ** 31 - 1];
      for (const pattern of [[low, high], [high, low, low], [low, -1, high, 0], [high], [low], [low + 1, high - 1]]) {
        // A still second half, so that the block is packed.
        const samples = samplesOf(
          type,
          Array.from({ length: 600 }, (_, i) => (i < 200 ? (pattern[i % pattern.length] as number) : 7)),
        ) as Integers;
        expect(roundTrip(samples), pattern.join()).to.deep.equal(samples);
      }
    });

    it(`of ${type} comes back the same, for 50,000 random signals`, () => {
      const random = uniform(type === 'int16' ? 12 : 13);
      const memory = new BlockMemory();
      let count = 0;
      for (let round = 0; round < 50_000; round++) {
        const samples = randomSamples(random, type, Math.floor(100 + random() ** 3 * 500));
        const back = roundTrip(samples, round % 2 === 0 ? memory : undefined);
        if (!back) continue;
        count++;
        if (!Buffer.from(back.buffer).equals(Buffer.from(samples.buffer)))
          expect(back, `${round}`).to.deep.equal(samples);
      }
      memory.release();
      expect(count).to.be.above(25_000);
    });

    it(`of ${type} comes back the same at full length, also where it was built`, () => {
      const random = uniform(14);
      const memory = new BlockMemory();
      const built = memory.full(type) as Integers;
      for (const length of [BLOCK_SAMPLES, BLOCK_SAMPLES - 1, BLOCK_SAMPLES - FRAME]) {
        const samples = samplesOf(
          type,
          Array.from({ length }, (_, i) => Math.round(1000 * Math.sin(i / 50) + random() * 30)),
        ) as Integers;
        built.set(samples);
        expect(roundTrip(samples)).to.deep.equal(samples);
        expect(packed(built.subarray(0, length))).to.deep.equal(packed(samples));
      }
      memory.release();
    });
  }

  it('does not depend on what was packed before', () => {
    const samples = Int16Array.from({ length: 1000 }, (_, i) => (i * i) % 51);
    const before = packed(samples);
    packed(noise(BLOCK_SAMPLES));
    packed(new Int32Array(5000).fill(-5));
    expect(packed(samples)).to.deep.equal(before);
  });

  it('needs one bit a sample for a ramp, and a byte a frame for a flat line', () => {
    const flat = packed(new Int16Array(10 * FRAME)) as Uint8Array;
    expect(flat).to.have.lengthOf(HEADER + 10);
    const ramp = packed(Int16Array.from({ length: 10 * FRAME }, (_, i) => 3 * i)) as Uint8Array;
    // The second differences are 0 from the third sample on.
    expect(ramp.length).to.be.below(HEADER + 10 + 100);
  });

  it('is not made of noise, of floats or of a few samples, which would take more bytes', () => {
    expect(packed(noise(BLOCK_SAMPLES))).to.equal(null);
    expect(packed(noise(300))).to.equal(null);
    expect(packed(new Float64Array(1000))).to.equal(null);
    expect(packed(new Float32Array(1000))).to.equal(null);
    expect(packed(new Int16Array(0))).to.equal(null);
    expect(packed(Int16Array.of(1, 2))).to.equal(null);
  });

  it('comes back where there is no slot left', () => {
    const samples = Int16Array.from({ length: 5000 }, (_, i) => i % 100);
    const taken = Array.from({ length: SLOTS.free() }, () => SLOTS.acquire(1));
    try {
      expect(SLOTS.acquire(1)).to.equal(0);
      const memory = new BlockMemory();
      expect(roundTrip(samples, memory)).to.deep.equal(samples);
      memory.release();
    } finally {
      for (const at of taken) SLOTS.release(at, 1);
    }
  });
});

describe('a damaged packed block', () => {
  const good = packed(Int16Array.from({ length: 1000 }, (_, i) => (i * 37) % 211)) as Uint8Array<ArrayBuffer>;

  for (const [what, bytes] of [
    ['nothing', new Uint8Array(0)],
    ['half a header', good.subarray(0, 3)],
    ['one byte less', good.subarray(0, -1)],
    ['one byte more', Uint8Array.of(...good, 0)],
    ['more samples than a block', Uint8Array.of(1, 0, 1, 0, ...good.subarray(4))],
    ['a negative number of samples', Uint8Array.of(0xff, 0xff, 0xff, 0xff, ...good.subarray(4))],
    ['a frame of 17 bits', Uint8Array.of(...good.subarray(0, 4), 17, ...good.subarray(5))],
    ['more bytes than any block has', new Uint8Array(1 << 20)],
  ] as const) {
    it(`is refused: ${what}`, () => {
      expect(() => unpacked('int16', bytes)).to.throw(DamagedPacking, /bytes are not a packed block of int16/);
    });
  }

  it('is refused or has other samples, in 100,000 random changes', () => {
    const random = uniform(15);
    let refused = 0;
    for (let round = 0; round < 100_000; round++) {
      const bytes = good.slice(0, random() < 0.1 ? Math.floor(random() * good.length) : good.length);
      for (let changes = Math.floor(random() * 4); changes >= 0 && bytes.length > 0; changes--)
        // Half of them in the header and the widths, which decide about the length.
        bytes[Math.floor(random() * (random() < 0.5 ? Math.min(12, bytes.length) : bytes.length))] = random() * 256;
      try {
        expect(unpacked(random() < 0.5 ? 'int16' : 'int32', bytes).length).to.be.at.most(BLOCK_SAMPLES);
      } catch (error) {
        if (!(error instanceof DamagedPacking)) throw error;
        refused++;
      }
    }
    expect(refused).to.be.within(30_000, 99_000);
  });
});

describe('the memory for blocks', () => {
  it('is given back when it is released, also after another type was needed', () => {
    const free = SLOTS.free();
    const memory = new BlockMemory();
    for (const type of SAMPLE_TYPES) expect(memory.full(type)).to.have.lengthOf(BLOCK_SAMPLES);
    expect(SLOTS.free()).to.equal(free - 4);
    memory.release();
    expect(SLOTS.free()).to.equal(free);
  });
});
