/** Small ATC files for the fuzzer: one lead, and all kinds of blocks in an unusual order. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { atcFile, format, info, lead, type MadeBlock, marks } from './files.ts';

const WORDS = ['ALIVE\0\0\0', 'ecg ', 'ecg2', 'avg ', 'fmt ', 'info', 'ann ', '\xff\xff\xff\xff', '\0\0\0\0'];

function seedOf(blocks: readonly MadeBlock[]): FuzzSeed {
  const places = [8, 12];
  for (const { data } of blocks) {
    const at = places.at(-1)!;
    places.push(at + 4, at + 8, at + 8 + data.length, at + 12 + data.length);
  }
  return {
    files: { a: atcFile({ blocks }) },
    main: 'a',
    boundaries: { a: places },
    dictionary: WORDS.map((word) => Buffer.from(word, 'latin1')),
  };
}

const few = [1, -2, 3, -32768];
export const atcSeeds = (): FuzzSeed[] => [
  seedOf([format(), lead('ecg ', few)]),
  seedOf([
    { id: 'acc ', data: new Uint8Array(24) },
    lead('med ', few),
    lead('ecg2', few),
    { ...format({ flags: 0x7f }), checksum: 'crc32' },
    lead('avg ', few),
    lead('ecg ', few),
    info(),
    marks(300, [5, 1], [2, 2]),
    { id: 'pre ', data: Uint8Array.of(1, 2) },
  ]),
];
