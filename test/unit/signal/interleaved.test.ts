/** Interleaved samples taken apart, compared with taking them one by one. */
import { expect } from 'chai';
import { takeApart } from '../../../src/signal/interleaved.ts';
import { noise } from '../../support/signals.ts';

describe('interleaved samples', () => {
  it('are taken apart, with the sum of each channel, for any number of channels and frames', () => {
    for (const channels of [1, 2, 3, 8, 12, 17, 256]) {
      for (const frames of [0, 1, 7, 8, 9, 64, 1_000]) {
        const all = noise(channels * frames, channels + frames);
        const targets = Array.from({ length: channels }, () => new Int16Array(frames));
        const sums = takeApart(all, targets);
        for (const [channel, target] of targets.entries()) {
          const expected = Array.from({ length: frames }, (_, frame) => all[frame * channels + channel] as number);
          expect([...target], `${channels} channels, ${frames} frames`).to.deep.equal(expected);
          expect(sums[channel]).to.equal(expected.reduce((sum, value) => (sum + value) | 0, 0));
        }
      }
    }
  });

  it('have a sum modulo 2^32', () => {
    const target = new Int16Array(131_072);
    expect(takeApart(new Int16Array(131_072).fill(-32_768), [target])).to.deep.equal([(-(2 ** 32) % 2 ** 32) | 0]);
    expect(takeApart(new Int16Array(131_072).fill(32_767), [target])).to.deep.equal([(32_767 * 131_072) | 0]);
  });
});
