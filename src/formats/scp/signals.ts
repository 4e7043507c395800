/** Sections 5 and 6: the samples of the reference beat and of the rhythm, one bit stream for each lead. */
import { figure } from '../common/messages.ts';
import { rateOfPeriod, reciprocal } from '../common/steps.ts';
import { contentError } from './failure.ts';
import { decodeHuffman, type HuffmanTable, STREAM_PADDING } from './huffman.ts';
import type { Section } from './section.ts';

/** Amplitude per unit in nV, sample time in µs, kind of differences, and whether the compression is bimodal. */
const HEADER = 6;
const NANOVOLTS = 1000;
/** Bits that may be left over after the last sample: streams are padded to whole bytes, often to an even number. */
const MAX_PADDING_BITS = 16;

/** What the values of a stream are. */
const KINDS = ['samples', 'first differences', 'second differences'] as const;

export interface Signals {
  samplingRate: number;
  /** Stored units per microvolt; null if the file does not give it. */
  gain: number | null;
  isBimodal: boolean;
  warnings: string[];
  /**
   * The samples of a lead.
   * @throws FormatError `content` if its stream is not valid, or has fewer samples
   */
  read(lead: number, name: string, samples: number): Int16Array;
}

/**
 * @param tables of section 2; null if there is none, so that values are plain numbers of 16 bits
 * @throws FormatError `syntax` if the section is too short, `content` if it cannot be understood
 */
export function signalsOf(section: Section, leads: number, tables: readonly HuffmanTable[] | null): Signals {
  const nanovolts = section.u16(0);
  const period = section.u16(2);
  const order = section.u8(4);
  if (period === 0) throw contentError(section.offset + 2, `Section ${section.number} has a sample time of 0.`);
  if (order >= KINDS.length)
    throw contentError(
      section.offset + 4,
      `The encoding ${order} in section ${section.number} is not known; 0, 1 and 2 (${KINDS.join(', ')}) are read.`,
    );
  let from = HEADER + 2 * leads;
  const streams = Array.from({ length: leads }, (_, lead) => {
    const length = section.u16(HEADER + 2 * lead);
    const stream = { bytes: section.bytes(from, length), offset: section.offset + from };
    from += length;
    return stream;
  });
  const warnings: string[] = [];
  if (nanovolts === 0) warnings.push(`Section ${section.number} gives no amplitude per unit; it is not calibrated.`);
  return {
    samplingRate: rateOfPeriod(period),
    gain: nanovolts === 0 ? null : reciprocal(nanovolts / NANOVOLTS),
    isBimodal: section.u8(5) !== 0,
    warnings,
    read: (lead, name, samples) => {
      const { bytes, offset } = streams[lead] as (typeof streams)[number];
      const { values, bitsLeft } = tables === null ? plain(bytes, samples) : huffman(bytes, samples, tables);
      if (typeof values === 'string')
        throw contentError(offset, `Lead ${name} of section ${section.number}: ${values}`);
      if (bitsLeft >= MAX_PADDING_BITS)
        warnings.push(`Lead ${name}: ${figure(bitsLeft >> 3)} bytes after its last sample were not read.`);
      if (undoDifferences(values, order))
        warnings.push(
          `Lead ${name}: its differences lead beyond 16 bits. Samples have 16 bits, so the sums were reduced to them.`,
        );
      return values;
    },
  };
}

/** `values` is the reason if there are none. */
type Read = { values: Int16Array | string; bitsLeft: number };

function plain(bytes: Uint8Array, samples: number): Read {
  const bitsLeft = 8 * bytes.length - 16 * samples;
  if (bitsLeft < 0) return { values: tooShort(samples, bytes.length), bitsLeft };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { values: Int16Array.from({ length: samples }, (_, at) => view.getInt16(2 * at, true)), bitsLeft };
}

function huffman(bytes: Uint8Array, samples: number, tables: readonly HuffmanTable[]): Read {
  // Every value takes a bit at least, so that a wrong number of samples takes no memory.
  if (samples > 8 * bytes.length) return { values: tooShort(samples, bytes.length), bitsLeft: 0 };
  const stream = new Uint8Array(bytes.length + STREAM_PADDING);
  stream.set(bytes);
  const values = new Int16Array(samples);
  const done = decodeHuffman(new DataView(stream.buffer), tables, values);
  if ('bits' in done) return { values, bitsLeft: 8 * bytes.length - done.bits };
  const place = `after ${figure(done.values)} of ${figure(samples)} samples`;
  const reasons = {
    end: `the data end ${place}.`,
    code: `the data have bits ${place} that are no code of the Huffman table.`,
    table: `the data switch ${place} to a Huffman table that does not exist.`,
  };
  return { values: reasons[done.fault], bitsLeft: 0 };
}

const tooShort = (samples: number, bytes: number): string =>
  `${figure(bytes)} bytes cannot hold ${figure(samples)} samples.`;

/**
 * Replaces differences by samples: the first sample, or the first two, stand for themselves.
 * @returns whether a sum did not fit into 16 bits
 */
function undoDifferences(values: Int16Array, order: number): boolean {
  if (order === 0 || values.length <= order) return false;
  let overflow = 0;
  let last = values[order - 1] as number;
  let step = order === 1 ? 0 : last - (values[0] as number);
  for (let at = order; at < values.length; at++) {
    if (order === 1) step = values[at] as number;
    else step += values[at] as number;
    const sum = last + step;
    const sample = (sum << 16) >> 16;
    overflow |= sum ^ sample;
    // The next difference counts from the sample as it is stored.
    if (sum !== sample && order === 2) step = sample - last;
    values[at] = last = sample;
  }
  return overflow !== 0;
}
