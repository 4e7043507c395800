/** Writes data elements: explicit VR little endian, even lengths. */
import { ELEMENTS, type ElementName, ITEM, ITEM_END, LONG_VRS, SEQUENCE_END, UNDEFINED_LENGTH } from './tags.ts';

const WIDTHS: Readonly<Record<string, 2 | 4>> = { US: 2, SS: 2, UL: 4, SL: 4 };

/** Padding bytes for even lengths (PS3.5, 6.2): a blank, but a zero for UIDs and bytes. */
const paddingOf = (vr: string): number => (vr === 'UI' || vr === 'OB' ? 0 : 0x20);

/** The head of an element; its value, of this many bytes, follows. */
export function head(name: ElementName, length: number, vr: string = ELEMENTS[name][1]): Buffer {
  const long = LONG_VRS.has(vr);
  const bytes = Buffer.alloc(long ? 12 : 8);
  writeTag(bytes, ELEMENTS[name][0]);
  bytes.write(vr, 4, 'latin1');
  if (long) bytes.writeUInt32LE(length, 8);
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

/** A whole element. Numbers are written in its representation; several text values are separated by backslashes. */
export function element(
  name: ElementName,
  value: string | number | readonly string[] | readonly number[] | Uint8Array,
): Buffer {
  const vr = ELEMENTS[name][1];
  const bytes =
    value instanceof Uint8Array
      ? Buffer.from(value)
      : WIDTHS[vr] === undefined
        ? Buffer.from([value].flat().join('\\'))
        : numbers([value].flat() as number[], WIDTHS[vr]);
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([paddingOf(vr)])]);
  return Buffer.concat([head(name, even.length), even]);
}

function numbers(values: readonly number[], width: 2 | 4): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  for (const [index, value] of values.entries()) {
    if (width === 2) bytes.writeUInt16LE(value, 2 * index);
    else bytes.writeUInt32LE(value, 4 * index);
  }
  return bytes;
}

/** An item of a sequence: its elements in ascending order. */
export const item = (elements: readonly Buffer[]): Buffer =>
  Buffer.concat([
    mark(
      ITEM,
      elements.reduce((sum, part) => sum + part.length, 0),
    ),
    ...elements,
  ]);

/** A sequence of items; each is given by its elements in ascending order. */
export function sequence(name: ElementName, items: readonly (readonly Buffer[])[]): Buffer {
  const bytes = Buffer.concat(items.map(item));
  return Buffer.concat([head(name, bytes.length), bytes]);
}

/** Beginnings and ends of sequences and items that are too long to be held: their lengths are undefined. */
export const openSequence = (name: ElementName): Buffer => head(name, UNDEFINED_LENGTH);
export const closeSequence = (): Buffer => mark(SEQUENCE_END, 0);
export const openItem = (): Buffer => mark(ITEM, UNDEFINED_LENGTH);
export const closeItem = (): Buffer => mark(ITEM_END, 0);

function mark(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeTag(bytes, tag);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function writeTag(bytes: Buffer, tag: number): void {
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
}
