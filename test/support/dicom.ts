/**
 * An independent DICOM writer for tests: data sets from plain values, in every transfer syntax, with defined or
 * undefined lengths.
 */
import { deflateRawSync } from 'node:zlib';

/** `[tag, representation, value]`: text, numbers, bytes, or the items of an SQ. */
export type TestElement = readonly [
  tag: number,
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly (readonly TestElement[])[],
];

export interface Writing {
  syntax: 'implicit' | 'explicit' | 'big-endian' | 'deflated';
  /** Sequences and items end with delimiters. */
  undefinedLengths?: boolean;
  preamble?: boolean;
  meta?: boolean;
}

const UIDS = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  'big-endian': '1.2.840.10008.1.2.2',
} as const;
const LONG = ['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UT'];
const WIDTHS: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, OW: 2, OL: 4, FL: 4, FD: 8 };

/** A complete file. */
export function dicomFile(elements: readonly TestElement[], writing: Writing): Buffer {
  const dataset = datasetBytes(elements, writing);
  const meta = datasetBytes([[0x00020010, 'UI', UIDS[writing.syntax]]], { syntax: 'explicit' });
  return Buffer.concat([
    ...(writing.preamble === false ? [] : [Buffer.alloc(128), Buffer.from('DICM')]),
    ...(writing.meta === false
      ? []
      : [datasetBytes([[0x00020000, 'UL', [meta.length]]], { syntax: 'explicit' }), meta]),
    writing.syntax === 'deflated' ? deflateRawSync(dataset) : dataset,
  ]);
}

export function datasetBytes(elements: readonly TestElement[], writing: Writing): Buffer {
  return Buffer.concat(
    elements.map(([tag, vr, value]) => {
      if (vr !== 'SQ') {
        const bytes = valueBytes(vr, value as string | readonly number[] | Uint8Array, writing);
        return Buffer.concat([headOf(tag, vr, bytes.length, writing), bytes]);
      }
      const items = (value as readonly (readonly TestElement[])[]).map((item) => {
        const bytes = datasetBytes(item, writing);
        return Buffer.concat([
          headOf(0xfffee000, '', writing.undefinedLengths ? 0xffffffff : bytes.length, writing),
          bytes,
          ...(writing.undefinedLengths ? [headOf(0xfffee00d, '', 0, writing)] : []),
        ]);
      });
      const bytes = Buffer.concat([
        ...items,
        ...(writing.undefinedLengths ? [headOf(0xfffee0dd, '', 0, writing)] : []),
      ]);
      return Buffer.concat([headOf(tag, vr, writing.undefinedLengths ? 0xffffffff : bytes.length, writing), bytes]);
    }),
  );
}

function headOf(tag: number, vr: string, length: number, { syntax }: Writing): Buffer {
  const little = syntax !== 'big-endian';
  const isLong = syntax !== 'implicit' && LONG.includes(vr);
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint16(0, tag >>> 16, little);
  view.setUint16(2, tag & 0xffff, little);
  if (syntax === 'implicit' || vr === '') view.setUint32(4, length, little);
  else {
    bytes.write(vr, 4, 'latin1');
    if (isLong) view.setUint32(8, length, little);
    else view.setUint16(6, length, little);
  }
  return bytes;
}

/** Words in OW and OL bytes are swapped like all other values. */
function valueBytes(vr: string, value: string | readonly number[] | Uint8Array, { syntax }: Writing): Buffer {
  const width = WIDTHS[vr];
  let bytes: Buffer;
  if (typeof value === 'string') bytes = Buffer.from(value);
  else if (value instanceof Uint8Array) bytes = Buffer.from(value);
  else {
    bytes = Buffer.alloc(value.length * (width ?? 1));
    for (const [index, number] of value.entries())
      bytes.writeUIntLE(number < 0 ? number + 2 ** (8 * (width ?? 1)) : number, index * (width ?? 1), width ?? 1);
  }
  if (bytes.length % 2 === 1) bytes = Buffer.concat([bytes, Buffer.from([vr === 'UI' || vr === 'OB' ? 0 : 0x20])]);
  if (syntax === 'big-endian' && typeof value !== 'string') {
    if (width === 2) bytes.swap16();
    else if (width === 4) bytes.swap32();
  }
  return bytes;
}

/** Every kind of sample: its width, its array, and the representation of its data and padding. */
export const SAMPLE_KINDS = {
  SB: { bits: 8, vr: 'OB', lowest: -128, highest: 127 },
  UB: { bits: 8, vr: 'OB', lowest: 0, highest: 255 },
  SS: { bits: 16, vr: 'OW', lowest: -32768, highest: 32767 },
  US: { bits: 16, vr: 'OW', lowest: 0, highest: 65535 },
  SL: { bits: 32, vr: 'OL', lowest: -2147483648, highest: 2147483647 },
  UL: { bits: 32, vr: 'OL', lowest: 0, highest: 4294967295 },
} as const;
export type TestKind = keyof typeof SAMPLE_KINDS;

export interface TestChannel {
  code?: readonly [value: string, scheme: string, meaning: string];
  label?: string;
  sensitivity?: string;
  unit?: string;
  correction?: string;
  baseline?: string;
  more?: readonly TestElement[];
}

export interface TestGroup {
  kind: TestKind;
  rate?: string;
  label?: string;
  padding?: number;
  channels: readonly TestChannel[];
  /** By channel; all of one length. */
  values: readonly (readonly number[])[];
  /** Declared instead of what the values imply. */
  declare?: { channels?: number; samples?: number; bits?: number; interpretation?: string };
  more?: readonly TestElement[];
}

const ascending = (elements: readonly TestElement[]): TestElement[] =>
  elements.toSorted(([one], [other]) => one - other);
const code = ([value, scheme, meaning]: readonly [string, string, string]): TestElement[] => [
  [0x00080100, 'SH', value],
  [0x00080102, 'SH', scheme],
  [0x00080104, 'LO', meaning],
];

function channelElements({
  code: source,
  label,
  sensitivity,
  unit,
  correction,
  baseline,
  more = [],
}: TestChannel): TestElement[] {
  return ascending([
    ...(label === undefined ? [] : [[0x003a0203, 'SH', label] as const]),
    ...(source === undefined ? [] : [[0x003a0208, 'SQ', [code(source)]] as const]),
    ...(sensitivity === undefined ? [] : [[0x003a0210, 'DS', sensitivity] as const]),
    ...(unit === undefined ? [] : [[0x003a0211, 'SQ', [code([unit, 'UCUM', unit])]] as const]),
    ...(correction === undefined ? [] : [[0x003a0212, 'DS', correction] as const]),
    ...(baseline === undefined ? [] : [[0x003a0213, 'DS', baseline] as const]),
    ...more,
  ]);
}

export function groupElements(group: TestGroup): TestElement[] {
  const { bits, vr } = SAMPLE_KINDS[group.kind];
  const samples = group.values[0]?.length ?? 0;
  const data: number[] = [];
  for (let at = 0; at < samples; at++) for (const values of group.values) data.push(values[at] as number);
  return ascending([
    [0x003a0005, 'US', [group.declare?.channels ?? group.channels.length]],
    [0x003a0010, 'UL', [group.declare?.samples ?? samples]],
    [0x003a001a, 'DS', group.rate ?? '500'],
    ...(group.label === undefined ? [] : [[0x003a0020, 'SH', group.label] as const]),
    [0x003a0200, 'SQ', group.channels.map(channelElements)],
    [0x54001004, 'US', [group.declare?.bits ?? bits]],
    [0x54001006, 'CS', group.declare?.interpretation ?? group.kind],
    ...(group.padding === undefined ? [] : [[0x5400100a, vr, [group.padding]] as const]),
    [0x54001010, vr, data],
    ...(group.more ?? []),
  ]);
}

/** A data set of groups with the elements of every ECG; `more` adds or replaces elements, in the order of tags. */
export function ecgElements(groups: readonly TestGroup[], more: readonly TestElement[] = []): TestElement[] {
  const given = new Set(more.map(([tag]) => tag));
  const standard: TestElement[] = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.9.1.2'],
    [0x00080018, 'UI', '1.2.826.0.1.3680043.8.498.1'],
    [0x0008002a, 'DT', '20260115093000'],
    [0x00080060, 'CS', 'ECG'],
    [0x54000100, 'SQ', groups.map(groupElements)],
  ];
  return ascending([...standard.filter(([tag]) => !given.has(tag)), ...more]);
}
