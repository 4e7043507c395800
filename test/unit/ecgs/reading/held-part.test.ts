/** Parts of blocks that are held until they are needed. */
import { expect } from 'chai';
import { mongo } from 'mongoose';
import { HeldPart } from '../../../../src/ecgs/reading/held-part.ts';
import { DamagedData, encoded } from '../../../../src/ecgs/store/block-encoding.ts';
import type { StoredBlock } from '../../../../src/ecgs/store/content-model.ts';
import { BlockMemory } from '../../../../src/signal/block-memory.ts';
import { isInKernel } from '../../../../src/signal/kernel.ts';
import { noise } from '../../../support/signals.ts';

const LENGTH = 5000;
const smooth = Int16Array.from({ length: LENGTH }, (_, i) => Math.round(400 * Math.sin(i / 40)));

/** As the driver returns it: somewhere in a large reply. */
function arrived(samples: Int16Array, encoding: 'packed' | 'plain'): StoredBlock {
  const block = encoded(samples, encoding);
  const bytes = block.data.buffer.subarray(0, block.data.position);
  const reply = Buffer.alloc(1 << 20);
  reply.set(bytes, 5);
  const data = new mongo.Binary(reply.subarray(5, 5 + bytes.length));
  return { channel: 0, index: 0, ...block, data };
}

describe('a held part of a block', () => {
  let memory: BlockMemory;
  beforeEach(() => {
    memory = new BlockMemory();
  });
  afterEach(() => memory.release());

  const packed = arrived(smooth, 'packed');
  const plain = arrived(smooth, 'plain');

  for (const [what, block, from, to, mayStayEncoded, isEncoded] of [
    ['stays encoded if that is smaller', packed, 0, LENGTH, true, true],
    ['stays encoded if most of the block is needed', packed, 1000, LENGTH - 100, true, true],
    ['is copied if that is smaller', packed, 10, 40, true, false],
    ['is copied if there will be no memory for the whole block', packed, 0, LENGTH, false, false],
    ['is copied from a plain block', plain, 0, LENGTH, true, false],
    ['is copied from a part of a plain block', plain, 4000, 4001, true, false],
    ['may be empty', packed, 7, 7, true, false],
  ] as const) {
    it(what, () => {
      const part = HeldPart.ofBlock(block, from, to, mayStayEncoded);
      expect([part.length, part.isEncoded]).to.deep.equal([to - from, isEncoded]);
      expect(part.bytes).to.equal(isEncoded ? block.data.position : 2 * (to - from));
      const samples = part.samples(memory);
      expect(samples).to.deep.equal(smooth.slice(from, to));
      expect(isInKernel(samples)).to.equal(isEncoded);
    });
  }

  it('keeps nothing of the reply in which it came', () => {
    for (const block of [packed, plain]) {
      const reply = Buffer.from(block.data.buffer);
      const part = HeldPart.ofBlock({ ...block, data: new mongo.Binary(reply) }, 0, LENGTH, true);
      reply.fill(0xee);
      expect(part.samples(memory)).to.deep.equal(smooth);
    }
  });

  it('is followed by the rest of it, any number of times', () => {
    for (const block of [packed, plain]) {
      let part = HeldPart.ofBlock(block, 100, 4900, true);
      for (let at = 100; at < 4900; at += 1600) {
        expect(part.length).to.equal(4900 - at);
        expect(part.samples(memory)).to.deep.equal(smooth.slice(at, 4900));
        part = part.after(1600);
      }
      expect([part.length, part.samples(memory).length]).to.deep.equal([0, 0]);
    }
  });

  it('of samples is a copy', () => {
    const samples = smooth.slice(0, 10);
    const part = HeldPart.of(samples);
    samples.fill(1);
    expect(part.samples(memory)).to.deep.equal(smooth.slice(0, 10));
    expect(part.bytes).to.equal(20);
  });

  it('has fewer samples if the block has fewer', () => {
    for (const block of [packed, plain, arrived(noise(LENGTH), 'packed')]) {
      expect(HeldPart.ofBlock(block, 4000, 65_536, true).length).to.equal(1000);
      expect(HeldPart.ofBlock(block, 6000, 65_536, true).length).to.equal(0);
    }
  });

  it('of a damaged block is never returned', () => {
    for (const block of [packed, plain]) {
      for (let byte = 0; byte < block.data.position; byte++) {
        const bytes = Buffer.from(block.data.buffer.subarray(0, block.data.position));
        bytes[byte]! ^= 0x10;
        const damaged = { ...block, data: new mongo.Binary(bytes) };
        const read = (): unknown => HeldPart.ofBlock(damaged, 0, LENGTH, true).samples(memory);
        expect(read, `byte ${byte}`).to.throw(DamagedData);
        expect(() => HeldPart.ofBlock(damaged, 5, 10, true), `byte ${byte}`).to.throw(DamagedData);
      }
      const none = { ...block, data: new mongo.Binary(Buffer.alloc(0)) };
      expect(() => HeldPart.ofBlock(none, 0, LENGTH, true)).to.throw(DamagedData);
    }
  });
});
