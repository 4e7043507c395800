/** The container of SCP-ECG (EN 1064, 5.2 and 5.3): size, pointers to the sections, and all checksums. */
import { crc16 } from '../common/crc16.ts';
import { figure } from '../common/messages.ts';
import { syntaxError } from './failure.ts';
import { Section, SECTION_HEADER } from './section.ts';

/** Checksum and size of the file, before section 0. */
const FILE_HEADER = 6;
/** Section number, length and index. */
const POINTER = 10;
/** What section 0 has in its reserved bytes; files of version 1 may lack it. */
const MARK = 'SCPECG';
const FIRST_POINTER = FILE_HEADER + SECTION_HEADER;
/** Sections from here on are private to a maker; their headers vary, so that only the file's checksum protects them. */
export const FIRST_PRIVATE_SECTION = 128;

/** Whether a file that begins with these bytes is SCP-ECG: section 0 stands at byte 6 and points to itself. */
export function isScp(head: Uint8Array): boolean {
  if (head.length < FIRST_POINTER + POINTER) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const length = view.getUint32(10, true);
  if (view.getUint16(8, true) !== 0 || length < SECTION_HEADER + POINTER) return false;
  if (view.getUint32(2, true) < FILE_HEADER + length) return false;
  const pointsToItself =
    view.getUint16(FIRST_POINTER, true) === 0 &&
    view.getUint32(FIRST_POINTER + 2, true) === length &&
    view.getUint32(FIRST_POINTER + 6, true) === FILE_HEADER + 1;
  return pointsToItself || String.fromCharCode(...head.subarray(16, 16 + MARK.length)) === MARK;
}

/**
 * The sections of a file that are not empty, by number, and warnings.
 * @throws FormatError `syntax` if a pointer, a length or a checksum is wrong
 */
export function sectionsOf(file: Uint8Array): { sections: ReadonlyMap<number, Section>; warnings: string[] } {
  if (!isScp(file)) throw syntaxError(0, 'This is not an SCP-ECG file: section 0, the list of sections, is missing.');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const size = view.getUint32(2, true);
  if (size > file.length)
    throw syntaxError(
      file.length,
      `The file ends after ${figure(file.length)} of its ${figure(size)} bytes; it was not transferred completely.`,
    );
  const whole = file.subarray(0, size);
  const sections = new Map<number, Section>();
  const end = FILE_HEADER + checked(whole, 0, FILE_HEADER, view.getUint32(10, true)).length;
  for (let at = FIRST_POINTER; at + POINTER <= end; at += POINTER) {
    const number = view.getUint16(at, true);
    const length = view.getUint32(at + 2, true);
    if (number === 0 || number >= FIRST_PRIVATE_SECTION || length === 0) continue;
    if (sections.has(number)) throw syntaxError(at, `Section 0 lists section ${number} twice.`);
    // The index counts bytes from 1.
    const from = view.getUint32(at + 6, true) - 1;
    const bytes = checked(whole, number, from, length);
    if (length > SECTION_HEADER) sections.set(number, new Section(number, bytes, from));
  }
  if (crc16(whole.subarray(2)) !== view.getUint16(0, true))
    throw damaged(0, 'The checksum (CRC) of the file is wrong, although those of its sections are right');
  const extra = file.length - size;
  return {
    sections,
    warnings: extra === 0 ? [] : [`${figure(extra)} bytes after the end that the file states were not read.`],
  };
}

/** The bytes of a section, after its place, its header and its checksum have been compared. */
function checked(file: Uint8Array, number: number, from: number, length: number): Uint8Array {
  if (from < 0 || length < SECTION_HEADER || from + length > file.length)
    throw syntaxError(
      from,
      `Section ${number} should have ${figure(length)} bytes from byte ${figure(from)} on, but the file has ` +
        `${figure(file.length)} bytes.`,
    );
  const bytes = file.subarray(from, from + length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, SECTION_HEADER);
  if (view.getUint16(2, true) !== number)
    throw syntaxError(from + 2, `Where section ${number} should be, there is section ${view.getUint16(2, true)}.`);
  if (view.getUint32(4, true) !== length)
    throw syntaxError(
      from + 4,
      `Section ${number} has ${figure(length)} bytes according to section 0, but ` +
        `${figure(view.getUint32(4, true))} according to its own header.`,
    );
  if (crc16(bytes.subarray(2)) !== view.getUint16(0, true))
    throw damaged(from, `The checksum (CRC) of section ${number} is wrong`);
  return bytes;
}

const damaged = (offset: number, what: string): Error =>
  syntaxError(offset, `${what}: the file is damaged. Export it again from the device.`);
