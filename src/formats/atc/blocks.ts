/**
 * The blocks of an ATC file: an identifier of four characters, the length of the data, the data, a checksum. All
 * numbers are little-endian.
 */
import { sumOfBytes } from '../common/byte-sums.ts';
import { crc32 } from '../common/native.ts';
import { figure, quoted } from '../common/messages.ts';
import { contentError, syntaxError } from './failure.ts';

const SIGN = Buffer.from('ALIVE\0\0\0', 'latin1');
/** The signature, then the version. */
const FIRST_BLOCK = SIGN.length + 4;
/** Bytes of a block before and after its data. */
const BEFORE = 8;
const AFTER = 4;

export interface Block {
  id: string;
  /** Offset of the block in the file. */
  offset: number;
  data: Buffer;
}

export const isAtc = (head: Uint8Array): boolean => SIGN.equals(head.subarray(0, SIGN.length));

/** The version of the format. @throws FormatError `syntax` if the bytes do not begin like an ATC file */
export function versionOf(file: Buffer): number {
  if (!isAtc(file) || file.length < FIRST_BLOCK)
    throw syntaxError(Math.min(file.length, FIRST_BLOCK), 'An ATC file begins with "ALIVE" and its version.');
  return file.readUInt32LE(SIGN.length);
}

/**
 * The blocks in the order of the file.
 * @throws FormatError `syntax` if the file ends inside a block, `content` if a checksum is wrong
 */
export function* blocksOf(file: Buffer): Generator<Block, void, void> {
  for (let offset = FIRST_BLOCK; offset < file.length;) {
    const left = file.length - offset;
    const id = file.toString('latin1', offset, offset + 4);
    const length = left < BEFORE ? 0 : file.readUInt32LE(offset + 4);
    if (left < BEFORE + AFTER || length > left - BEFORE - AFTER)
      throw syntaxError(file.length, `The file ends inside the block ${quoted(id)} at byte ${figure(offset)}.`);
    const end = offset + BEFORE + length;
    verify(file.subarray(offset, end), file.readUInt32LE(end), id, offset);
    yield { id, offset, data: file.subarray(offset + BEFORE, end) };
    offset = end + AFTER;
  }
}

/** The maker's description calls the checksum a CRC-32, but the maker's files have the sum of all bytes. */
function verify(bytes: Buffer, checksum: number, id: string, offset: number): void {
  const sum = sumOfBytes(bytes);
  if (checksum === sum || checksum === crc32(bytes)) return;
  throw contentError(
    offset,
    `The block ${quoted(id)} is damaged: its checksum is ${checksum}, but the sum of its bytes is ${sum}.`,
  );
}
