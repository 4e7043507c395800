/** A DICOM file (PS3.10): preamble and file meta information, either of which may be absent, and the data set behind them. */
import type { DecoderLimits } from '../types.ts';
import { ByteReader } from './bytes.ts';
import { Dataset } from './dataset.ts';
import { ElementReader, type Scope } from './elements.ts';
import { contentError, syntaxError } from './failure.ts';
import { inflated } from './inflate.ts';
import { SHORT_VRS } from './tags.ts';
import { textDecoder } from './text.ts';
import { TRANSFER_SYNTAXES, type TransferSyntax } from './uids.ts';

const PREAMBLE = 128;
const ASCII = { decode: textDecoder([]) };

export interface DicomFile {
  elements: ElementReader;
  /** The data set as a whole. */
  root: Scope;
  meta: Dataset;
}

/** Whether bytes begin a DICOM file: `DICM` behind the preamble, or a data set whose first element is one that comes first. */
export function isDicom(head: Uint8Array): boolean {
  return hasPreamble(head) || isMeta(head) || syntaxOf(head) !== null;
}

const hasPreamble = (head: Uint8Array): boolean => head.length >= PREAMBLE + 4 && ascii(head, PREAMBLE, 4) === 'DICM';
const isMeta = (head: Uint8Array): boolean =>
  (head.length >= 8 && head[0] === 2 && head[1] === 0 && head[3] === 0 && SHORT_VRS.has(ascii(head, 4, 2))) ||
  startsWithVersion(head);
/** Without its group length, the meta group begins with its version, whose representation is a long one. */
const startsWithVersion = (head: Uint8Array): boolean =>
  head.length >= 8 && head[0] === 2 && head[1] === 0 && head[2] === 1 && head[3] === 0 && ascii(head, 4, 2) === 'OB';

function ascii(bytes: Uint8Array, from: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + count));
}

/** Elements of group 0008 up to this one begin a data set. */
const LAST_FIRST_ELEMENT = 0x0018;
/** None of them is longer. */
const LONGEST_FIRST_VALUE = 256;

/** The transfer syntax of a data set that does not name it, from its first element; null where that is none. */
function syntaxOf(head: Uint8Array): TransferSyntax | null {
  if (head.length < 8) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  for (const littleEndian of [true, false]) {
    if (view.getUint16(0, littleEndian) !== 8 || view.getUint16(2, littleEndian) > LAST_FIRST_ELEMENT) continue;
    if (SHORT_VRS.has(ascii(head, 4, 2))) return { implicit: false, littleEndian, deflated: false };
    const length = view.getUint32(4, true);
    if (littleEndian && length <= LONGEST_FIRST_VALUE && length % 2 === 0)
      return { implicit: true, littleEndian, deflated: false };
  }
  return null;
}

/** Reads up to the data set. */
export async function openFile(source: AsyncIterable<Uint8Array>, limits: DecoderLimits): Promise<DicomFile> {
  const bytes = new ByteReader(source);
  if ((await bytes.has(PREAMBLE + 4)) && hasPreamble(bytes.peek(PREAMBLE + 4))) bytes.take(PREAMBLE + 4);
  const elements = new ElementReader(bytes, limits);
  const meta = await readMeta(elements);
  const uid = meta.first('transferSyntaxUid');
  const named = uid === null ? null : TRANSFER_SYNTAXES.get(uid);
  if (named === undefined)
    throw contentError(
      meta.offset('transferSyntaxUid'),
      `The transfer syntax ${JSON.stringify(uid)} is not one for waveforms and is not supported.`,
    );
  await bytes.has(8);
  const syntax = named ?? syntaxOf(bytes.peek(8));
  if (syntax === null) throw syntaxError(bytes.offset(), 'This is not the beginning of a DICOM data set.');
  const root: Scope = {
    implicit: syntax.implicit,
    littleEndian: syntax.littleEndian,
    end: Infinity,
    delimited: false,
    depth: 0,
  };
  return {
    elements: syntax.deflated ? new ElementReader(new ByteReader(inflated(bytes.rest()), false), limits) : elements,
    root,
    meta,
  };
}

/** The elements of group 0002, which are explicit VR little endian whatever follows. Their length is not relied on. */
async function readMeta(elements: ElementReader): Promise<Dataset> {
  const meta = new Dataset(ASCII);
  const scope: Scope = { implicit: false, littleEndian: true, end: Infinity, delimited: false, depth: 0 };
  while ((await elements.bytes.has(8)) && elements.bytes.uint16(0, true) === 2) {
    const element = await elements.next(scope);
    if (element === null) break;
    await elements.keep(element, scope, meta, ASCII);
  }
  return meta;
}
