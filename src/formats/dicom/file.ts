/** A DICOM file (PS3.10): preamble and file meta information (either may be absent), then the data set. */
import type { DecoderLimits } from '../types.ts';
import { ByteReader } from '../common/byte-reader.ts';
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
  /** The whole data set. */
  root: Scope;
  meta: Dataset;
}

/**
 * Whether the bytes are the beginning of a DICOM file: `DICM` after the preamble, or a data set that begins with a
 * plausible first element.
 */
export function isDicom(head: Uint8Array): boolean {
  return hasPreamble(head) || isMeta(head) || syntaxOf(head) !== null;
}

const hasPreamble = (head: Uint8Array): boolean => head.length >= PREAMBLE + 4 && ascii(head, PREAMBLE, 4) === 'DICM';
const isMeta = (head: Uint8Array): boolean =>
  (head.length >= 8 && head[0] === 2 && head[1] === 0 && head[3] === 0 && SHORT_VRS.has(ascii(head, 4, 2))) ||
  startsWithVersion(head);
/** Without its group length, the meta group begins with its version, whose representation has a four-byte length. */
const startsWithVersion = (head: Uint8Array): boolean =>
  head.length >= 8 && head[0] === 2 && head[1] === 0 && head[2] === 1 && head[3] === 0 && ascii(head, 4, 2) === 'OB';

function ascii(bytes: Uint8Array, from: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + count));
}

/** A data set begins with an element of group 0008, up to this one. */
const LAST_FIRST_ELEMENT = 0x0018;
/** None of these elements is longer. */
const LONGEST_FIRST_VALUE = 256;

/**
 * Transfer syntax of a data set without meta information, judged by its first element; null if that is not a plausible
 * element.
 */
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

/** Reads a file up to its data set. */
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

/**
 * The elements of group 0002, which are explicit VR little endian whatever follows. Their declared length is not
 * trusted.
 */
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
