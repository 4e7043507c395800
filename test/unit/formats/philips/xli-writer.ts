/** Writes XLI, for tests of the reader: the encoder is written from the description of the compression. */

const SHIFT = 64;

/** LZW with codes of 10 bits, most significant bit first, and the end code 1023. */
export function lzwOf(bytes: Uint8Array): Buffer {
  const codes: number[] = [];
  const dictionary = new Map<string, number>(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]),
  );
  let held = '';
  for (const byte of bytes) {
    const longer = held + String.fromCharCode(byte);
    if (dictionary.has(longer)) {
      held = longer;
      continue;
    }
    codes.push(dictionary.get(held)!);
    if (dictionary.size < 1023) dictionary.set(longer, dictionary.size);
    held = String.fromCharCode(byte);
  }
  if (held !== '') codes.push(dictionary.get(held)!);
  const bits = [...codes, 1023].map((code) => code.toString(2).padStart(10, '0')).join('');
  const padded = bits.padEnd(8 * Math.ceil(bits.length / 8), '0');
  return Buffer.from(
    Array.from({ length: padded.length / 8 }, (_, at) => parseInt(padded.slice(8 * at, 8 * at + 8), 2)),
  );
}

/** One lead. Its second differences must fit 16 bits. */
export function xliOf(samples: ArrayLike<number>): Buffer {
  const numbers = Array.from(samples);
  const corrections = numbers.map((sample, at) =>
    at < 2 ? 0 : 2 * (numbers[at - 1] as number) - (numbers[at - 2] as number) - sample,
  );
  const stored = numbers.map((sample, at) => (at < 2 ? sample : (corrections[at + 1] ?? 0) + SHIFT));
  const bytes = Buffer.alloc(2 * stored.length);
  for (const [at, number] of stored.entries()) {
    bytes.writeInt8(number >> 8, at);
    bytes.writeUInt8(number & 0xff, stored.length + at);
  }
  const packed = lzwOf(bytes);
  const header = Buffer.alloc(8);
  header.writeUInt32LE(packed.length, 0);
  header.writeUInt16LE(1, 4);
  header.writeInt16LE(corrections[2] ?? 0, 6);
  return Buffer.concat([header, packed]);
}

const rest = (lead: readonly number[], predicted: (at: number) => number): number[] =>
  lead.map((sample, at) => predicted(at) - sample);

/** What is stored of twelve leads (or the first six): the rests of the limb leads after their prediction. */
export function restsOf(leads: readonly (readonly number[])[]): number[][] {
  const [i, ii, iii, avr, avl, avf, ...chest] = leads as number[][];
  return [
    i!,
    ii!,
    rest(iii!, (at) => ii![at]! - i![at]!),
    rest(avr!, (at) => -Math.floor((i![at]! + ii![at]!) / 2)),
    rest(avl!, (at) => Math.floor((i![at]! - iii![at]!) / 2)),
    rest(avf!, (at) => Math.floor((ii![at]! + iii![at]!) / 2)),
    ...chest,
  ];
}
