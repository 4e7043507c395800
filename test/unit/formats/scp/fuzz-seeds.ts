/** Small SCP-ECG files for the fuzzer, whose checksums are made right again after damage. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import {
  DEFAULT_TABLE,
  defaultStream,
  device,
  leadsBody,
  packed,
  plainFile,
  scpFile,
  signalsBody,
  tableBytes,
  tag,
  u16,
  u32,
  u8,
} from './files.ts';

const OWN = Buffer.concat([
  u16(2),
  tableBytes([
    ['0', 0, 1, 0],
    ['10', 3, 1, 5],
    ['11', 0, 0, 2],
  ]),
  tableBytes([
    ['0', 16, 1, 0],
    ['1111111111111', 0, 0, 1],
  ]),
]);
const STATEMENT = Buffer.concat([u8(1, 0xd3, 7, 2, 1, 4, 5, 6, 1, 1), u16(7), Buffer.from('Normal\0')]);
const WAVES = Buffer.concat([u8(1, 1), u16(800, 29999, 1, 2, 3, 4, 5, 10, -20, 30, 4, 500, 0, 0, 0), u32(0, 0, 0)]);

export const scpSeeds = (): FuzzSeed[] =>
  [
    scpFile({
      1: Buffer.concat([
        tag(0, 'M\xfcller\0'),
        device(1),
        tag(25, u8(0xd3, 7, 2, 1)),
        tag(26, u8(4, 5, 6)),
        tag(255, ''),
      ]),
      2: DEFAULT_TABLE,
      3: leadsBody([
        [1, 1, 4],
        [2, 3, 4],
      ]),
      4: Buffer.concat([u16(6, 2, 1, 0), u32(1, 2, 3)]),
      5: signalsBody([defaultStream([1, 2, 3]), defaultStream([0, 0, -9])], { order: 1 }),
      6: signalsBody([defaultStream([5, 300, -1, 0]), defaultStream([-40, 7])], { order: 2 }),
      7: WAVES,
      8: STATEMENT,
    }),
    scpFile({
      2: OWN,
      3: leadsBody([[1, 1, 3]]),
      6: signalsBody([packed(`010111110${'0'.repeat(15)}`)]),
    }),
    plainFile([1, -2, 3, -32768]),
  ].map((bytes) => ({
    files: { a: bytes },
    main: 'a',
    boundaries: { a: Array.from({ length: 40 }, (_, i) => 4 * i).filter((at) => at < bytes.length) },
    dictionary: ['SCPECG', u16(19999), u32(0xffffffff), u8(255), Buffer.alloc(16)],
  }));
