/** Sections 8 and 11: the interpretation, as texts and as universal statement codes. */
import type { Section } from './section.ts';
import type { TextReader } from './text.ts';

/** Confirmation, its date and time, and the number of statements. */
const HEADER = 9;
const CONFIRMATIONS = ['not confirmed', 'confirmed', 'overread, not confirmed'];
/** Section 11 has the type of a statement before its texts. */
const CODED_SECTION = 11;

/**
 * The statements, one per line, after a line with their state.
 * @throws FormatError `syntax` if the section is too short for what it announces
 */
export function statementsOf(section: Section, text: TextReader): string[] {
  const isCoded = section.number === CODED_SECTION;
  const lines: string[] = [];
  let at = HEADER;
  for (let left = section.u8(HEADER - 1); left > 0; left--) {
    const length = section.u16(at + 1);
    const value = section.bytes(at + 3, length);
    lines.push(text(isCoded ? value.subarray(1) : value).join(' '));
    at += 3 + length;
  }
  const found = lines.filter((line) => line !== '');
  const state = CONFIRMATIONS[section.u8(0)] ?? 'not known whether confirmed';
  return found.length === 0 ? [] : [`${isCoded ? 'Statement codes' : 'Interpretation'} (${state}):`, ...found];
}
