/** The envelope of a channel, compared with the lowest and highest value of each bin found one by one. */
import { expect } from 'chai';
import {
  type Envelope,
  EnvelopeBuilder,
  envelopeOfSamples,
  FINEST_LEVEL,
  halved,
  type Tile,
  TILE_BINS,
} from '../../../src/signal/envelope.ts';
import {
  BLOCK_SAMPLES,
  missingMarker,
  SAMPLE_TYPES,
  type Samples,
  type SampleType,
  sampleType,
} from '../../../src/signal/samples.ts';
import { hardSignal, samplesOf, uniform } from '../../support/signals.ts';

type Bins = { minimum: (number | null)[]; maximum: (number | null)[] };

/** By definition: bin after bin, missing samples left out. */
function naive(samples: Samples, size: number): Bins {
  const marker = missingMarker(sampleType(samples));
  const bins: Bins = { minimum: [], maximum: [] };
  for (let from = 0; from < samples.length; from += size) {
    const present = [...samples.subarray(from, from + size)].filter((value) => !Object.is(value, marker));
    bins.minimum.push(present.length === 0 ? null : Math.min(...present));
    bins.maximum.push(present.length === 0 ? null : Math.max(...present));
  }
  return bins;
}

const listed = ({ minimum, maximum }: Envelope): Bins => {
  const marker = missingMarker(sampleType(minimum));
  const list = (values: Samples): (number | null)[] =>
    Array.from(values, (value) => (Object.is(value, marker) ? null : value + 0));
  return { minimum: list(minimum), maximum: list(maximum) };
};
const plusZero = ({ minimum, maximum }: Bins): Bins => ({
  minimum: minimum.map((value) => (value === null ? null : value + 0)),
  maximum: maximum.map((value) => (value === null ? null : value + 0)),
});

describe('the bins of samples', () => {
  for (const type of SAMPLE_TYPES) {
    it(`of ${type} have the lowest and highest sample of each bin, at every size`, () => {
      const random = uniform(21);
      for (let round = 0; round < 200; round++) {
        const { samples } = hardSignal(random, type, Math.floor(random() * 1_000));
        for (const level of [2, 3, 5, 6, 7, 9]) {
          const tell = `round ${round}, ${samples.length} samples, level ${level}`;
          expect(listed(envelopeOfSamples(samples, level)), tell).to.deep.equal(plusZero(naive(samples, 2 ** level)));
        }
      }
    });
  }

  it('are missing only where every sample is missing, and have the extremes of the type', () => {
    for (const type of ['int16', 'int32'] as const) {
      const limit = type === 'int16' ? 32_767 : 2 ** 31 - 1;
      const values = [...Array<null>(64).fill(null), ...Array<null>(63).fill(null), -limit, limit];
      expect(listed(envelopeOfSamples(samplesOf(type, values), 6))).to.deep.equal({
        minimum: [null, -limit, limit],
        maximum: [null, -limit, limit],
      });
    }
  });

  it('show a spike of one sample in every bin that has it', () => {
    const samples = new Int16Array(BLOCK_SAMPLES);
    for (let bin = 0; bin < TILE_BINS; bin++) samples[bin * 64 + ((bin * 7) % 64)] = bin % 2 === 0 ? 900 : -900;
    const { minimum, maximum } = envelopeOfSamples(samples, FINEST_LEVEL);
    minimum.forEach((value, bin) => expect([value, maximum[bin]]).to.deep.equal(bin % 2 === 0 ? [0, 900] : [-900, 0]));
  });

  it('are halved to those of twice the size', () => {
    const random = uniform(22);
    for (const type of SAMPLE_TYPES) {
      for (const length of [1, 64, 65, 128, 129, 500]) {
        const { samples } = hardSignal(random, type, length);
        expect(listed(halved(envelopeOfSamples(samples, 6)))).to.deep.equal(plusZero(naive(samples, 128)));
      }
    }
  });
});

function tilesOf(blocks: readonly Samples[]): Tile[] {
  const tiles: Tile[] = [];
  const builder = new EnvelopeBuilder((tile) => tiles.push(tile));
  for (const block of blocks) builder.push(block);
  builder.finish();
  return tiles;
}

describe('the tiles of a channel', () => {
  const random = uniform(23);
  /** Blocks of smooth noise with gaps; the types change from block to block. */
  const signal = (blocks: number, last: number, types: readonly SampleType[] = ['int16']): Samples[] =>
    Array.from({ length: blocks }, (_, block) =>
      samplesOf(
        types[block % types.length] as SampleType,
        Array.from({ length: block === blocks - 1 ? last : BLOCK_SAMPLES }, () =>
          random() < 0.001 ? null : Math.round((random() - 0.5) * 1_000),
        ),
      ),
    );

  for (const [blocks, last] of [
    [2, 1],
    [2, BLOCK_SAMPLES],
    [3, 64],
    [4, BLOCK_SAMPLES],
    [5, 12_345],
    [8, 65],
    [9, BLOCK_SAMPLES - 1],
  ] as const) {
    it(`have every level of ${blocks} blocks, the last of ${last} samples, up to one tile with all bins`, () => {
      const parts = signal(blocks, last, ['int16', 'int32', 'float32', 'int16', 'float64']);
      const all = Float64Array.from(
        parts.flatMap((part) => Array.from(part, (value) => (value === missingMarker(sampleType(part)) ? NaN : value))),
      );
      const tiles = tilesOf(parts);
      const top = FINEST_LEVEL + Math.ceil(Math.log2(blocks));
      expect(Math.max(...tiles.map(({ level }) => level))).to.equal(top);
      for (let level = FINEST_LEVEL; level <= top; level++) {
        const own = tiles.filter((tile) => tile.level === level);
        const bins = Math.ceil(all.length / 2 ** level);
        expect(own.map(({ tile }) => tile)).to.deep.equal(own.map((_, i) => i));
        expect(own.length, `tiles of level ${level}`).to.equal(Math.ceil(bins / TILE_BINS));
        own.slice(0, -1).forEach(({ minimum }) => expect(minimum).to.have.lengthOf(TILE_BINS));
        const found = own.map(listed);
        expect({
          minimum: found.flatMap(({ minimum }) => minimum),
          maximum: found.flatMap(({ maximum }) => maximum),
        }).to.deep.equal(plusZero(naive(all, 2 ** level)));
      }
    });
  }

  it('do not exist for a channel of one block', () => {
    expect(tilesOf(signal(1, BLOCK_SAMPLES))).to.deep.equal([]);
    expect(tilesOf(signal(1, 5_000))).to.deep.equal([]);
    expect(tilesOf([])).to.deep.equal([]);
  });

  it('take 6 % of the bytes of a long channel', () => {
    const tiles = tilesOf(signal(32, BLOCK_SAMPLES));
    const bytes = tiles.reduce((sum, { minimum }) => sum + 2 * minimum.byteLength, 0);
    expect(bytes / (32 * BLOCK_SAMPLES * 2)).to.be.closeTo(0.0625, 0.002);
  });
});
