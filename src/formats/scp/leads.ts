/** Section 3: the leads, which samples of the recording each of them has, and what was done to them. */
import { leadOfCode } from '../common/lead-codes.ts';
import { figure } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { DecoderLimits } from '../types.ts';
import { contentError } from './failure.ts';
import type { Section } from './section.ts';

/** First and last sample, and the lead's code. */
const LEAD_BYTES = 9;
const FIRST_LEAD = 2;
/** Flag: a reference beat was subtracted from the rhythm data. */
const SUBTRACTED = 1;
/** Greatest number of missing samples before leads that begin late, over all leads. */
export const MAX_LEADING_SAMPLES = 1 << 24;

export interface Lead {
  name: string;
  /** Samples of the recording before its first one. */
  leading: number;
  samples: number;
}

export interface LeadDefinition {
  leads: Lead[];
  isBeatSubtracted: boolean;
  /** The number of the recording's first sample: 1, or 0 for a writer that counts from 0. */
  origin: number;
  warnings: string[];
}

/** @throws FormatError `syntax` if the section is too short, `content` if leads or their ranges are not possible */
export function leadsOf(section: Section, limits: DecoderLimits): LeadDefinition {
  const count = section.u8(0);
  if (count === 0 || count > limits.maxChannels)
    throw contentError(
      section.offset,
      `The file has ${count} leads; 1 to ${figure(limits.maxChannels)} are supported.`,
    );
  const given = Array.from({ length: count }, (_, i) => rangeAt(section, FIRST_LEAD + i * LEAD_BYTES));
  const names = uniqueNames(given.map(({ code, known }, i) => known ?? otherName(code, i)));
  const warnings = given.flatMap(({ code, known }, i) =>
    known === null ? [`The lead code ${code} is not known; its channel is named ${names[i]}.`] : [],
  );
  const origin = given.some(({ first }) => first === 0) ? 0 : 1;
  const leads = given.map(({ first, last }, i) => ({
    name: names[i] as string,
    leading: first - origin,
    samples: last - first + 1,
  }));
  const leading = leads.reduce((sum, lead) => sum + lead.leading, 0);
  if (leading > MAX_LEADING_SAMPLES)
    throw contentError(
      section.offset,
      `The leads begin ${figure(leading)} samples late in total; ${figure(MAX_LEADING_SAMPLES)} are supported.`,
    );
  return { leads, isBeatSubtracted: (section.u8(1) & SUBTRACTED) !== 0, origin, warnings };
}

function rangeAt(section: Section, at: number): { first: number; last: number; code: number; known: string | null } {
  const [first, last, code] = [section.u32(at), section.u32(at + 4), section.u8(at + 8)];
  if (last < first)
    throw contentError(
      section.offset + at,
      `A lead should have the samples ${figure(first)} to ${figure(last)}; the last one must not precede the first.`,
    );
  return { first, last, code, known: leadOfCode(`5.6.3-9-${code}`) };
}

/** A name for a code without a lead. It must not look like a limb lead, as "Lead 1" would. */
const otherName = (code: number, index: number): string => (code === 0 ? `channel ${index + 1}` : `SCP lead ${code}`);
