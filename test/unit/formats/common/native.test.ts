/** The CRC-32, against that of zlib. */
import { expect } from 'chai';
import { crc32 as crcOfZlib } from 'node:zlib';
import { crc32 } from '../../../../src/formats/common/native.ts';
import { uniform } from '../../../support/signals.ts';

describe('the CRC-32', () => {
  it("is that of zlib, in one piece and in several, and its check value is the standard's", () => {
    expect(crc32(Buffer.from('123456789'))).to.equal(0xcbf43926);
    expect(crc32(new Uint8Array(0))).to.equal(0);
    const random = uniform(3);
    const bytes = Buffer.from(Array.from({ length: 1_000 }, () => Math.floor(256 * random())));
    for (let cut = 0; cut <= bytes.length; cut += 37)
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).to.equal(crcOfZlib(bytes));
  });
});
