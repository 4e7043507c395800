/** Sums over bytes, against one byte after the other. */
import { expect } from 'chai';
import { countAbove, sumOfBytes } from '../../../../src/formats/common/byte-sums.ts';
import { uniform } from '../../../support/signals.ts';

describe('sums over bytes', () => {
  it('are those of one byte after the other, for any length and place in memory', () => {
    const random = uniform(5);
    const memory = Uint8Array.from({ length: 5_000 }, () => Math.floor(256 * random()));
    for (let length = 0; length < 4_990; length += length < 20 ? 1 : 611)
      for (let from = 0; from < 8; from++) {
        const bytes = memory.subarray(from, from + length);
        expect(sumOfBytes(bytes)).to.equal(bytes.reduce((sum, byte) => sum + byte, 0));
        for (const value of [0, 0x20, 0x7f])
          expect(countAbove(value, bytes)).to.equal(bytes.filter((byte) => byte > value).length);
      }
  });

  it('do not overflow within a word, for the greatest bytes', () => {
    const bytes = new Uint8Array(3_000).fill(255);
    expect(sumOfBytes(bytes)).to.equal(3_000 * 255);
    expect(countAbove(0x20, bytes)).to.equal(3_000);
    expect(countAbove(0x20, bytes.fill(0x21))).to.equal(3_000);
    expect(countAbove(0x20, bytes.fill(0x20))).to.equal(0);
  });
});
