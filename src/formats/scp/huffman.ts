/**
 * Huffman codes of SCP-ECG (EN 1064, 5.5 and C.3): the default table, tables of the file, and switches between tables.
 * A lookup of the next bits finds most codes in one step.
 */
import { contentError } from './failure.ts';

/** Bits that are looked up at once. */
const LOOKUP_BITS = 12;
const LOOKUP_SHIFT = 32 - LOOKUP_BITS;
/** Bits of a base code, which has four bytes. */
const LONGEST_PREFIX = 32;
/** Samples have 16 bits. */
const LONGEST_VALUE = 16;
const LOWEST_VALUE = -32768;
const HIGHEST_VALUE = 32767;
/** Zero bytes after a stream, so that whole words can be read across its end. */
export const STREAM_PADDING = 8;

/** Fields of a code in one number: bits of the prefix and of the value after it, flags, and the base value. */
const PREFIX = 0x3f;
const VALUE_SHIFT = 6;
const VALUE_MASK = 0x1f;
const SWITCH = 1 << 11;
/** No code of at most `LOOKUP_BITS` begins with these bits. */
const LONG = 1 << 12;
/** Anything but a prefix that means its base value. */
const SPECIAL = (VALUE_MASK << VALUE_SHIFT) | SWITCH | LONG;

/** One code: the bits of its prefix, first bit highest, followed by a signed number of `valueBits`. */
export interface Code {
  prefix: number;
  prefixBits: number;
  valueBits: number;
  /** What the code means; if bits follow, what their number is added to; if it is a switch, a table from 1. */
  base: number;
  isSwitch: boolean;
}

/** A table of codes, none of which begins with another. */
export class HuffmanTable {
  /** For each combination of the next bits, the code that they begin with. */
  readonly lookup = new Int32Array(1 << LOOKUP_BITS).fill(LONG);
  /** Longer codes, in ascending order of their prefixes at the top of 32 bits. */
  readonly #long: { top: number; mask: number; entry: number }[] = [];

  /** @param number of the table, from 1. @throws FormatError `content` if the codes are ambiguous or too large */
  constructor(codes: readonly Code[], number: number) {
    const sorted = codes
      .map((code) => ({ ...code, top: (code.prefix << (32 - code.prefixBits)) >>> 0 }))
      .toSorted((a, b) => a.top - b.top || a.prefixBits - b.prefixBits);
    for (const [at, code] of sorted.entries()) {
      check(code, number);
      const mask = (-1 << (32 - code.prefixBits)) >>> 0;
      const next = sorted[at + 1];
      if (next !== undefined && (next.top & mask) >>> 0 === code.top)
        throw contentError(null, `Huffman table ${number} is ambiguous: one of its codes begins with another.`);
      const entry =
        code.prefixBits | (code.valueBits << VALUE_SHIFT) | (code.isSwitch ? SWITCH : 0) | (code.base << 16);
      if (code.prefixBits > LOOKUP_BITS) this.#long.push({ top: code.top, mask, entry });
      else {
        const first = code.top >>> LOOKUP_SHIFT;
        this.lookup.fill(entry, first, first + (1 << (LOOKUP_BITS - code.prefixBits)));
      }
    }
  }

  /** The longer code that 32 bits begin with; `LONG` if there is none. */
  longCode(word: number): number {
    let [from, to] = [0, this.#long.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#long[middle] as { top: number }).top <= word) from = middle + 1;
      else to = middle;
    }
    const found = this.#long[from - 1];
    return found !== undefined && (word & found.mask) >>> 0 === found.top ? found.entry : LONG;
  }
}

function check({ prefixBits, valueBits, base, isSwitch }: Code, number: number): void {
  const reach = valueBits === 0 ? 0 : 2 ** (valueBits - 1);
  if (prefixBits < 1 || prefixBits > LONGEST_PREFIX)
    throw contentError(null, `Huffman table ${number} has a prefix of ${prefixBits} bits; 1 to 32 are possible.`);
  if (isSwitch ? valueBits !== 0 : base - reach < LOWEST_VALUE || base + Math.max(reach - 1, 0) > HIGHEST_VALUE)
    throw contentError(
      null,
      `Huffman table ${number} has a code for values beyond ${LONGEST_VALUE} bits, which samples cannot have.`,
    );
}

/** The codes of the default table: 0; ±1 to ±8; then numbers of 8 and of 16 bits. */
export function defaultCodes(): Code[] {
  const plain = { valueBits: 0, isSwitch: false };
  const codes: Code[] = [{ prefix: 0, prefixBits: 1, base: 0, ...plain }];
  for (let size = 1; size <= 8; size++) {
    const ones = ((1 << size) - 1) << 2;
    codes.push({ prefix: ones, prefixBits: size + 2, base: size, ...plain });
    codes.push({ prefix: ones | 1, prefixBits: size + 2, base: -size, ...plain });
  }
  codes.push({ prefix: 0x3fe, prefixBits: 10, valueBits: 8, base: 0, isSwitch: false });
  codes.push({ prefix: 0x3ff, prefixBits: 10, valueBits: 16, base: 0, isSwitch: false });
  return codes;
}

/** The 32 bits from a bit on. */
function word32(stream: DataView, at: number): number {
  const shift = at & 7;
  const word = stream.getUint32(at >>> 3);
  return shift === 0 ? word : ((word << shift) | (stream.getUint8((at >>> 3) + 4) >>> (8 - shift))) >>> 0;
}

/**
 * Decodes as many values as `target` holds; the first table is in force at the beginning.
 * @param stream the bits, highest first, followed by `STREAM_PADDING` bytes
 * @returns the bits used; `fault` if the stream is not valid, with the number of values before
 */
export function decodeHuffman(
  stream: DataView,
  tables: readonly HuffmanTable[],
  target: Int16Array,
): { bits: number } | { fault: 'end' | 'code' | 'table'; values: number } {
  const bits = (stream.byteLength - STREAM_PADDING) * 8;
  let table = tables[0] as HuffmanTable;
  let lookup = table.lookup;
  let at = 0;
  for (let values = 0; values < target.length;) {
    let entry = lookup[(stream.getUint32(at >>> 3) << (at & 7)) >>> LOOKUP_SHIFT] as number;
    if ((entry & SPECIAL) === 0) target[values++] = entry >> 16;
    else {
      if ((entry & LONG) !== 0) entry = table.longCode(word32(stream, at));
      if ((entry & LONG) !== 0) return { fault: bits - at < LONGEST_PREFIX ? 'end' : 'code', values };
      const valueBits = (entry >>> VALUE_SHIFT) & VALUE_MASK;
      const after = at + (entry & PREFIX);
      if (after + valueBits > bits) return { fault: 'end', values };
      if ((entry & SWITCH) !== 0) {
        const next = tables[(entry >> 16) - 1];
        if (next === undefined) return { fault: 'table', values };
        table = next;
        lookup = next.lookup;
      } else {
        const number = valueBits === 0 ? 0 : (word32(stream, after) | 0) >> (32 - valueBits);
        target[values++] = (entry >> 16) + number;
        at += valueBits;
      }
    }
    at += entry & PREFIX;
    if (at > bits) return { fault: 'end', values: values - 1 };
  }
  return { bits: at };
}
