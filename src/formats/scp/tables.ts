/** Section 2: the Huffman tables of the file. */
import { contentError } from './failure.ts';
import { type Code, defaultCodes, HuffmanTable } from './huffman.ts';
import type { Section } from './section.ts';

/** Stands for the default table instead of a number of tables. */
const DEFAULT = 19999;
/** More tables than any writer needs; each takes 16 KiB. */
export const MAX_TABLES = 32;
/** Bits of the prefix, bits of the code, mode, base value and base code. */
const CODE_BYTES = 9;

/** The tables in order. @throws FormatError `syntax` if the section is too short, `content` if a table is not usable */
export function tablesOf(section: Section): HuffmanTable[] {
  const count = section.u16(0);
  if (count === DEFAULT) return [new HuffmanTable(defaultCodes(), 1)];
  if (count === 0 || count > MAX_TABLES)
    throw contentError(section.offset, `Section 2 has ${count} Huffman tables; 1 to ${MAX_TABLES} are supported.`);
  let at = 2;
  return Array.from({ length: count }, (_, table) => {
    const codes = Array.from({ length: section.u16(at) }, (_code, i) => codeAt(section, at + 2 + i * CODE_BYTES));
    if (codes.length === 0) throw contentError(section.offset + at, `Huffman table ${table + 1} has no codes.`);
    at += 2 + codes.length * CODE_BYTES;
    return new HuffmanTable(codes, table + 1);
  });
}

function codeAt(section: Section, at: number): Code {
  const lengths = [section.u8(at), section.u8(at + 1)];
  // Some writers exchange the two: the prefix is a part of the code, so it is the shorter one.
  const [prefixBits, bits] = [Math.min(...lengths), Math.max(...lengths)];
  const mode = section.u8(at + 2);
  if (mode > 1) throw contentError(section.offset + at, `A Huffman code has the mode ${mode}; 0 and 1 are known.`);
  return {
    prefix: reversed(section.u32(at + 5), prefixBits),
    prefixBits,
    valueBits: bits - prefixBits,
    base: section.i16(at + 3),
    isSwitch: mode === 0,
  };
}

/** The lowest bits in reverse order: base codes have the bit that is sent first as their lowest. */
function reversed(code: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((code >>> bit) & 1);
  return result >>> 0;
}
