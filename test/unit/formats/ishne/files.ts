/** Writes ISHNE recordings and annotation files field by field: a writer that shares no code with the decoder. */

export interface MadeLead {
  code?: number;
  quality?: number;
  /** Nanovolts per digit. */
  resolution?: number;
}

export interface MadeHeader {
  sign?: string;
  /** `little` and `big`: the right checksum in this byte order. */
  checksum?: 'little' | 'big' | number;
  block?: string | Uint8Array;
  blockSize?: number;
  samples?: number;
  samplesOffset?: number;
  version?: number;
  firstName?: string | Uint8Array;
  lastName?: string;
  id?: string;
  sex?: number;
  birthDate?: readonly [number, number, number];
  date?: readonly [number, number, number];
  time?: readonly [number, number, number];
  leadCount?: number;
  leads?: readonly MadeLead[];
  pacemaker?: number;
  recorder?: string;
  rate?: number;
  owner?: string;
  copyright?: string;
}

export interface MadeRecording extends MadeHeader {
  /** The digits of each frame, one of each lead. */
  frames: readonly (readonly number[])[];
  /** Bytes after the last frame. */
  tail?: Uint8Array;
}

export interface MadeBeats extends MadeHeader {
  first?: number;
  /** Label, and samples since the annotation before it. */
  beats: readonly (readonly [string, number])[];
  tail?: Uint8Array;
}

/** The bytes of a recording; fields not given are those of a valid file. */
export function recordingFile(file: MadeRecording): Buffer {
  const leads = file.leads ?? (file.frames[0] ?? [0]).map((_, i) => ({ code: 5 + i }));
  const data = Buffer.alloc(file.frames.length * leads.length * 2);
  for (const [i, digit] of file.frames.flat().entries()) data.writeInt16LE(digit, 2 * i);
  const header = headerBytes({ samples: file.frames.length, ...file, leads });
  return Buffer.concat([header, data, file.tail ?? new Uint8Array(0)]);
}

/** The bytes of an annotation file. */
export function beatsFile({ first = 0, beats, tail, ...header }: MadeBeats): Buffer {
  const data = Buffer.alloc(4 + 4 * beats.length);
  data.writeUInt32LE(first, 0);
  for (const [i, [label, distance]] of beats.entries()) {
    data.write(label, 4 + 4 * i, 'latin1');
    data.writeUInt16LE(distance, 6 + 4 * i);
  }
  return Buffer.concat([headerBytes({ sign: 'ANN  1.0', ...header }), data, tail ?? new Uint8Array(0)]);
}

function headerBytes(header: MadeHeader): Buffer {
  const { leads = [{}], block = '' } = header;
  const variable = Buffer.from(block as Uint8Array);
  const bytes = Buffer.alloc(522 + variable.length);
  const number = (at: number, value: number): void => void bytes.writeInt16LE(value, at);
  const text = (at: number, value: string | Uint8Array): void => bytes.set(Buffer.from(value as Uint8Array), at);
  const three = (at: number, values: readonly number[]): void =>
    values.forEach((value, i) => number(at + 2 * i, value));
  text(0, header.sign ?? 'ISHNE1.0');
  bytes.writeInt32LE(header.blockSize ?? variable.length, 10);
  bytes.writeInt32LE((header.samples ?? 0) | 0, 14);
  bytes.writeInt32LE(522, 18);
  bytes.writeInt32LE(header.samplesOffset ?? bytes.length, 22);
  number(26, header.version ?? 1);
  text(28, header.firstName ?? 'Zoë');
  text(68, header.lastName ?? 'Doe');
  text(108, header.id ?? 'P 17');
  number(128, header.sex ?? 2);
  three(132, header.birthDate ?? [2, 5, 1951]);
  three(138, header.date ?? [15, 1, 2026]);
  three(144, [16, 1, 2026]);
  three(150, header.time ?? [9, 30, 7]);
  number(156, header.leadCount ?? leads.length);
  for (let i = 0; i < 12; i++) {
    const lead = leads[i];
    number(158 + 2 * i, lead ? (lead.code ?? 5 + i) : -9);
    number(182 + 2 * i, lead ? (lead.quality ?? 1) : -9);
    number(206 + 2 * i, lead ? (lead.resolution ?? 2500) : -9);
  }
  number(230, header.pacemaker ?? 0);
  text(232, header.recorder ?? '');
  number(272, header.rate ?? 200);
  text(274, header.owner ?? '');
  text(354, header.copyright ?? '');
  variable.copy(bytes, 522);
  const { checksum = 'little' } = header;
  const crc = typeof checksum === 'number' ? checksum : ccitt(bytes.subarray(10));
  if (checksum === 'big') bytes.writeUInt16BE(crc, 8);
  else bytes.writeUInt16LE(crc, 8);
  return bytes;
}

/** CRC-16/CCITT-FALSE, bit by bit. */
function ccitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const isOdd = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (isOdd ? 0x1021 : 0);
    }
  return crc;
}
