/** Writes ATC files block by block: a writer that shares no code with the decoder. */
import { crc32 } from 'node:zlib';

/** A block: its identifier, its data, and how its checksum is made. */
export interface MadeBlock {
  id: string;
  data: Uint8Array;
  checksum?: 'sum' | 'crc32' | 'wrong';
}

export interface MadeFile {
  version?: number;
  blocks: readonly MadeBlock[];
  tail?: Uint8Array;
}

/** The bytes of a file. */
export function atcFile({ version = 5, blocks, tail = new Uint8Array(0) }: MadeFile): Buffer {
  const head = Buffer.from('ALIVE\0\0\0....', 'latin1');
  head.writeUInt32LE(version, 8);
  return Buffer.concat([head, ...blocks.map(blockBytes), tail]);
}

function blockBytes({ id, data, checksum = 'sum' }: MadeBlock): Buffer {
  const block = Buffer.alloc(12 + data.length);
  block.write(id, 0, 'latin1');
  block.writeUInt32LE(data.length, 4);
  block.set(data, 8);
  const covered = block.subarray(0, -4);
  const sum = covered.reduce((total, byte) => total + byte, 0);
  block.writeUInt32LE(checksum === 'crc32' ? crc32(covered) : checksum === 'sum' ? sum : sum + 1, 8 + data.length);
  return block;
}

export const lead = (id: string, samples: readonly number[]): MadeBlock => ({
  id,
  data: new Uint8Array(Int16Array.from(samples).buffer),
});

export function format({ kind = 1, rate = 300, resolution = 500, flags = 0 } = {}): MadeBlock {
  const data = Buffer.alloc(8);
  data.writeUInt8(kind, 0);
  data.writeUInt16LE(rate, 1);
  data.writeUInt16LE(resolution, 3);
  data.writeUInt8(flags, 5);
  return { id: 'fmt ', data };
}

export function info({ date = '2026-01-15T09:30:07.250-03:00', id = 'uuid-1', phone = 'Phone 4' } = {}): MadeBlock {
  const data = Buffer.alloc(264);
  const fields = [date, id, "phone's id", phone, 'Kardia 5.1', 'triangle', 'SN=12345,BAT=80'];
  for (const [i, at] of [0, 32, 72, 116, 148, 180, 212].entries()) data.write(fields[i]!, at);
  return { id: 'info', data };
}

/** @param marks pairs of tick and type */
export function marks(ticks: number, ...pairs: readonly (readonly [number, number])[]): MadeBlock {
  const data = Buffer.alloc(4 + 6 * pairs.length);
  data.writeUInt32LE(ticks, 0);
  for (const [i, [tick, type]] of pairs.entries()) {
    data.writeUInt32LE(tick, 4 + 6 * i);
    data.writeUInt16LE(type, 8 + 6 * i);
  }
  return { id: 'ann ', data };
}
