/** Levels of detail: what the viewer asks for is what the service answers with. */
import { expect } from 'chai';
import { waveformSpans } from '../../../src/ecgs/reading/waveform-plan.ts';
import type { StoredChannel, StoredEcg } from '../../../src/ecgs/store/model.ts';
import { assertFewCalculated } from '../../../src/ecgs/reading/calculated.ts';
import { MAX_CALCULATED_SAMPLES } from '../../../src/signal/calculated-leads.ts';
import {
  coarserLevels,
  levelFor,
  pixelsFor,
  samplesAtOnce,
  tilesBetween,
  tileSamples,
  topLevel,
} from '../../../web/viewer/levels.ts';

/** A channel as far as the plan of a picture looks at it. */
const channel = (samples: number, samplingRate: number): StoredChannel =>
  ({ summary: { samples }, samplingRate }) as unknown as StoredChannel;

describe('The levels of detail of the viewer', () => {
  it('draws samples as long as they are few, and then between two and four bins a pixel', () => {
    expect(levelFor(0.5)).to.equal(0);
    expect(levelFor(15.9)).to.equal(0);
    for (const samplesPerPixel of [16, 31, 32, 100, 5_000, 43_200]) {
      const bins = samplesPerPixel / 2 ** levelFor(samplesPerPixel);
      expect(bins, String(samplesPerPixel)).to.be.within(2, 4);
    }
  });

  it('asks for tiles so that the service answers with exactly their level', () => {
    for (const rate of [128, 250, 257.1, 360, 500, 1_000]) {
      const samples = Math.round(24 * 3_600 * rate);
      const ecg = { channels: [channel(samples, rate)] };
      for (const level of [0, ...coarserLevels(0, topLevel(samples))]) {
        const seconds = tileSamples(level) / rate;
        const last = Math.ceil(samples / tileSamples(level)) - 1;
        for (const [first, count] of [
          [0, 1],
          [Math.floor(last / 3), 4],
          [Math.max(0, last - 2), 2],
        ] as const) {
          const from = first * seconds;
          const to = Math.min((first + count) * seconds, samples / rate);
          const [span] = waveformSpans(ecg, [0], { from, to }, pixelsFor(level, (to - from) * rate));
          expect(span?.level, `level ${level} at ${rate} Hz, tile ${first}`).to.equal(level);
          expect(span?.first, 'begins with the tile').to.equal(first * tileSamples(level));
        }
      }
    }
  });

  it('asks for calculated leads as long as the service calculates so many samples', () => {
    const rate = 500;
    const ecg = { channels: [{ ...channel(24 * 3_600 * rate, rate), lead: 'III', from: {} }] } as unknown as StoredEcg;
    for (const level of [0, 3, 4, 5, 6, 7, 8]) {
      const to = samplesAtOnce(level) / rate;
      const spans = waveformSpans(ecg, [0], { from: 0, to }, pixelsFor(level, samplesAtOnce(level)));
      const isRefused = samplesAtOnce(level) > MAX_CALCULATED_SAMPLES;
      const ask = () => assertFewCalculated(ecg, spans);
      if (isRefused) expect(ask, `level ${level}`).to.throw('calculated from samples');
      else expect(ask, `level ${level}`).to.not.throw();
    }
  });

  it('finds the tiles of a window, and one that has all of a recording', () => {
    const tile = tileSamples(0) / 500;
    expect(tilesBetween(0, 500, 0, 10)).to.deep.equal({ first: 0, end: 2 });
    expect(tilesBetween(0, 500, tile, 2 * tile)).to.deep.equal({ first: 1, end: 2 });
    expect(tilesBetween(0, 500, 20, 20).end).to.be.at.least(tilesBetween(0, 500, 20, 20).first);
    for (const samples of [1, 4_096, 4_097, 43_200_000])
      expect(tileSamples(topLevel(samples)), String(samples)).to.be.at.least(samples);
  });
});
