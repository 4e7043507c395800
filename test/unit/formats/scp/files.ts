/** SCP-ECG files for tests: sections with valid checksums, from bytes or from bits. */

/** CRC-16/CCITT-FALSE, bit by bit. */
export function crc(bytes: Uint8Array): number {
  let value = 0xffff;
  for (const byte of bytes) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) value = ((value << 1) ^ (value & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return value;
}

/** Numbers as little-endian fields: `u16(1, 2)`. */
const field =
  (width: 1 | 2 | 4) =>
  (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(width * values.length);
    for (const [i, value] of values.entries())
      bytes.writeUIntLE(value < 0 ? value + 256 ** width : value, i * width, width);
    return bytes;
  };
export const [u8, u16, u32] = [field(1), field(2), field(4)];

const withCrc = (rest: Buffer): Buffer => Buffer.concat([u16(crc(rest)), rest]);

export const section = (number: number, body: Uint8Array, mark = '\0\0\0\0\0\0'): Buffer =>
  withCrc(Buffer.concat([u16(number), u32(body.length + 16), u8(20, 20), Buffer.from(mark), body]));

/** A file of these bodies by section number; section 0 and all checksums are added. */
export function scpFile(bodies: Readonly<Record<number, Uint8Array>>, mark = 'SCPECG'): Buffer {
  const sections = Object.entries(bodies).map(([number, body]) => section(Number(number), body));
  const numbers = [...new Set([...Array.from({ length: 11 }, (_, i) => i + 1), ...Object.keys(bodies).map(Number)])];
  const length = 16 + 10 * (numbers.length + 1);
  let at = 6 + length + 1;
  const places = new Map(
    sections.map((bytes) => {
      const place = [bytes.readUInt16LE(2), { length: bytes.length, at }] as const;
      at += bytes.length;
      return place;
    }),
  );
  const pointers = [
    [u16(0), u32(length, 7)],
    ...numbers.map((number) => [u16(number), u32(places.get(number)?.length ?? 0, places.get(number)?.at ?? 0)]),
  ].flat();
  return withCrc(Buffer.concat([u32(at - 1), section(0, Buffer.concat(pointers), mark), ...sections]));
}

/** Calculates the checksums of a file again, after a change, as far as its pointers lead to places in it. */
export function resealed(file: Buffer): Buffer {
  const bytes = Buffer.from(file);
  const end = Math.min(bytes.length, 6 + (bytes.length < 32 ? 0 : bytes.readUInt32LE(10)));
  const seal = (from: number, to: number): void => {
    if (from >= 0 && to <= bytes.length && to - from > 2) bytes.writeUInt16LE(crc(bytes.subarray(from + 2, to)), from);
  };
  for (let at = 32; at + 10 <= end; at += 10) {
    const [length, index] = [bytes.readUInt32LE(at + 2), bytes.readUInt32LE(at + 6)];
    seal(index - 1, index - 1 + length);
  }
  seal(6, end);
  seal(0, bytes.length < 6 ? 0 : bytes.readUInt32LE(2));
  return bytes;
}

/** Section 3. Leads as code, first and last sample. */
export const leadsBody = (leads: readonly (readonly [number, number, number])[], flags = 4): Buffer =>
  Buffer.concat([
    u8(leads.length, flags | (leads.length << 3)),
    ...leads.map(([code, first, last]) => Buffer.concat([u32(first, last), u8(code)])),
  ]);

export interface SignalFields {
  nanovolts?: number;
  period?: number;
  order?: number;
  bimodal?: number;
}

/** Section 5 or 6 of these streams. */
export const signalsBody = (streams: readonly Uint8Array[], fields: SignalFields = {}): Buffer =>
  Buffer.concat([
    u16(fields.nanovolts ?? 2500, fields.period ?? 2000),
    u8(fields.order ?? 0, fields.bimodal ?? 0),
    u16(...streams.map(({ length }) => length)),
    ...streams,
  ]);

/** Bits such as `1101`, padded with zeros to whole bytes. */
export const packed = (text: string): Buffer =>
  Buffer.from((text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));

export const bitsOf = (value: number, width: number): string =>
  (value < 0 ? value + 2 ** width : value).toString(2).padStart(width, '0');

/** The bits of a value in the default table. */
export function defaultBits(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size <= 8) return `${'1'.repeat(size)}0${value < 0 ? 1 : 0}`;
  return size < 128 ? `1111111110${bitsOf(value, 8)}` : `1111111111${bitsOf(value, 16)}`;
}

export const defaultStream = (values: readonly number[]): Buffer => packed(values.map(defaultBits).join(''));
export const DEFAULT_TABLE = u16(19999);

/** A table of section 2: bits of the prefix, number of bits after it, mode and base value. */
export const tableBytes = (codes: readonly (readonly [string, number, number, number])[]): Buffer =>
  Buffer.concat([
    u16(codes.length),
    ...codes.map(([prefix, extra, mode, base]) =>
      Buffer.concat([
        u8(prefix.length, prefix.length + extra, mode),
        u16(base),
        u32(parseInt(prefix.split('').toReversed().join(''), 2)),
      ]),
    ),
  ]);

export const tag = (number: number, value: Uint8Array | string): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return Buffer.concat([u8(number), u16(bytes.length), bytes]);
};

/** Tag 14 with a language support code. */
export const device = (language: number, texts = ''): Buffer => {
  const fixed = Buffer.alloc(36);
  fixed[16] = language;
  return tag(14, Buffer.concat([fixed, Buffer.from(texts)]));
};

/** A file of one lead with plain samples, and further sections. */
export const plainFile = (samples: readonly number[], more: Readonly<Record<number, Uint8Array>> = {}): Buffer =>
  scpFile({ 3: leadsBody([[1, 1, samples.length]]), 6: signalsBody([u16(...samples)]), ...more });
