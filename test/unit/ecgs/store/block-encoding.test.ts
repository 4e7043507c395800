/** Stored blocks come back bit by bit; damaged ones are refused; docs/storage.md describes the bytes. */
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { mongo } from 'mongoose';
import {
  BLOCK_ENCODINGS,
  DamagedData,
  decoded,
  encoded,
  type EncodedSamples,
} from '../../../../src/ecgs/store/block-encoding.ts';
import { BlockMemory } from '../../../../src/signal/block-memory.ts';
import { isInKernel, SLOTS } from '../../../../src/signal/kernel.ts';
import { BLOCK_SAMPLES, SAMPLE_TYPES, type Samples, sampleType } from '../../../../src/signal/samples.ts';
import { hardSignal, noise, samplesOf, uniform } from '../../../support/signals.ts';

const smooth = (length: number): number[] =>
  Array.from({ length }, (_, i) => (i % 700 === 299 ? null : Math.round(400 * Math.sin(i / 40)))) as number[];
const bytesOf = ({ data }: EncodedSamples): Buffer => Buffer.from(data.buffer.subarray(0, data.position));
const withData = (block: EncodedSamples, data: Uint8Array): EncodedSamples => ({
  ...block,
  data: new mongo.Binary(Buffer.from(data)),
});
/** With other bytes and their checksum. */
const right = (block: EncodedSamples, data: Uint8Array): EncodedSamples => ({
  ...withData(block, data),
  crc32: crc32(data),
});
/** As earlier versions stored them. */
const earlier = ({ type, data }: EncodedSamples): EncodedSamples => ({ type, data });
const numbers = (list: string): number[] => list.split(' ').map(Number);
const same = (a: Samples, b: Samples): void => {
  expect(sampleType(a)).to.equal(sampleType(b));
  const [one, other] = [a, b].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  expect(one!.equals(other!)).to.equal(true);
};

const refused = (block: EncodedSamples): string => {
  try {
    decoded(block);
  } catch (error) {
    if (error instanceof DamagedData) return error.message;
    throw error;
  }
  return 'nothing';
};

describe('a stored block', () => {
  for (const encoding of BLOCK_ENCODINGS) {
    for (const type of SAMPLE_TYPES) {
      it(`of ${type} comes back bit by bit, stored ${encoding}`, () => {
        const random = uniform(31);
        const memory = new BlockMemory();
        const integer = type.startsWith('int');
        for (const length of [0, 1, 2, 127, 128, 129, 5000, BLOCK_SAMPLES - 1, BLOCK_SAMPLES]) {
          for (const samples of [samplesOf(type, smooth(length)), hardSignal(random, type, length).samples]) {
            const block = encoded(samples, encoding);
            expect(block.type).to.equal(type);
            expect(block.crc32).to.equal(crc32(bytesOf(block)));
            if (block.encoding === 'plain') expect(block.data.position).to.equal(samples.byteLength);
            else expect(block.data.position).to.be.below(samples.byteLength);
            same(decoded(block), samples);
            same(decoded(block, memory), samples);
          }
          const { encoding: used } = encoded(samplesOf(type, smooth(length)), encoding);
          if (length > 128) expect(used).to.equal(encoding === 'packed' && integer ? 'packed' : 'plain');
        }
        memory.release();
      });
    }
  }

  it('is plain if packing would not make it smaller', () => {
    expect(encoded(noise(BLOCK_SAMPLES), 'packed')).to.include({ encoding: 'plain' });
    expect(encoded(new Int16Array(0), 'packed')).to.include({ encoding: 'plain' });
  });

  it('keeps nothing of the memory in which it was built', () => {
    const memory = new BlockMemory();
    for (const encoding of BLOCK_ENCODINGS) {
      const built = memory.full('int16');
      const samples = samplesOf('int16', smooth(BLOCK_SAMPLES));
      built.set(samples);
      const block = encoded(built, encoding);
      expect(block.data.buffer.buffer.byteLength).to.be.at.most(samples.byteLength);
      built.fill(9);
      same(decoded(block), samples);
    }
    memory.release();
  });

  it('is decoded in the given memory, where it stays when others are decoded', () => {
    const free = SLOTS.free();
    for (const type of SAMPLE_TYPES) {
      const memory = new BlockMemory();
      const samples = samplesOf(type, smooth(1000));
      const found = decoded(encoded(samples, 'packed'), memory);
      expect(isInKernel(found)).to.equal(true);
      expect(SLOTS.free()).to.equal(free - (BLOCK_SAMPLES * samples.BYTES_PER_ELEMENT) / SLOTS.unitBytes);
      decoded(encoded(noise(BLOCK_SAMPLES), 'packed'));
      decoded(encoded(new Int16Array(1000), 'packed'));
      same(found, samples);
      memory.release();
      expect(SLOTS.free()).to.equal(free);
    }
  });

  it("may lie anywhere in the driver's buffer, with other bytes around it", () => {
    for (const encoding of BLOCK_ENCODINGS) {
      const samples = samplesOf('int32', smooth(300));
      const block = encoded(samples, encoding);
      const bytes = bytesOf(block);
      const reply = Buffer.alloc(bytes.length + 40, 0xff);
      bytes.copy(reply, 3);
      const data = new mongo.Binary(reply.subarray(3));
      data.position = bytes.length;
      same(decoded({ ...block, data }), samples);
    }
  });

  it('of earlier versions, without encoding and checksum, is plain', () => {
    for (const type of SAMPLE_TYPES) {
      const samples = samplesOf(type, smooth(700));
      same(decoded(earlier(encoded(samples, 'plain'))), samples);
    }
  });

  describe('is damaged', () => {
    it('if any bit is not the one that was stored', () => {
      for (const encoding of BLOCK_ENCODINGS) {
        const block = encoded(samplesOf('int16', smooth(300)), encoding);
        for (let bit = 0; bit < 8 * block.data.position; bit++) {
          const bytes = bytesOf(block);
          bytes[bit >> 3]! ^= 1 << (bit & 7);
          expect(refused(withData(block, bytes)), `bit ${bit}`).to.equal('its checksum is another one');
        }
      }
    });

    it('if its checksum is that of other bytes', () => {
      const block = encoded(samplesOf('float32', smooth(300)), 'plain');
      expect(refused({ ...block, crc32: (block.crc32 + 1) % 2 ** 32 })).to.equal('its checksum is another one');
      expect(refused({ ...block, crc32: 0 })).to.equal('its checksum is another one');
    });

    it('if its length is impossible, even if the checksum is right', () => {
      const packed = encoded(samplesOf('int16', smooth(300)), 'packed');
      const bytes = bytesOf(packed);
      for (const other of [
        bytes.subarray(0, -1),
        bytes.subarray(0, 3),
        bytes.subarray(0, 0),
        Buffer.concat([bytes, Buffer.alloc(16)]),
        Buffer.alloc(400_000),
      ])
        expect(refused(right(packed, other))).to.equal(`${other.length} bytes are not a packed block of int16`);
      const plain = encoded(samplesOf('float64', smooth(300)), 'plain');
      for (const length of [7, 2401, 8 * BLOCK_SAMPLES + 8])
        expect(refused(right(plain, Buffer.alloc(length)))).to.equal(`it has ${length} bytes`);
      for (const length of [1, 2 * BLOCK_SAMPLES + 2])
        expect(refused({ type: 'int16', data: new mongo.Binary(Buffer.alloc(length)) })).to.equal(
          `it has ${length} bytes`,
        );
    });

    it('if its type cannot be packed', () => {
      const block = encoded(samplesOf('int16', smooth(300)), 'packed');
      for (const type of ['float32', 'float64'] as const)
        expect(refused({ ...block, type })).to.equal(`${type} cannot be packed`);
    });
  });

  describe('in docs/storage.md', () => {
    const text = readFileSync(new URL('../../../../docs/storage.md', import.meta.url), 'utf8');
    const [, example = ''] = text.split('## Example\n');
    const samples = Int16Array.from({ length: 130 }, (_, i) => Math.floor((i * i) / 50));

    it('has the bytes and the checksum that are stored', () => {
      const hex = /```\n([0-9a-f \n]+)```/.exec(example)?.[1]?.replaceAll(/\s/g, '');
      const block = encoded(samples, 'packed');
      expect(bytesOf(block).toString('hex')).to.equal(hex);
      expect(example).to.include(`is ${block.crc32}.`).and.include(`packed ${block.data.position}:`);
      expect(example).to.include(`Plain they have ${samples.byteLength} bytes`);
    });

    it('has the samples', () => {
      const [, first = '', last = ''] = /rounded down:\n([\d ]+) … ([\d ]+)\./.exec(example) ?? [];
      expect(numbers(first)).to.deep.equal([...samples.subarray(0, numbers(first).length)]);
      expect(numbers(last)).to.deep.equal([...samples.subarray(-numbers(last).length)]);
      const step = /Samples, after the sample 0: ([\d ]+)\./.exec(example)?.[1];
      expect(numbers(step ?? '')).to.deep.equal([...samples.subarray(8, 16)]);
    });
  });
});
