/**
 * The codes of leads (CID 3001, PS3.16): MDC `2:n` and SCPECG `5.6.3-9-n` use the numbers of the table in
 * `signal/leads.ts`.
 */
import {
  CANONICAL_LEADS,
  type CanonicalLead,
  type Lead,
  leadOf,
  leadOfNumber,
  numberOfLead,
} from '../../signal/leads.ts';

/** The codes of each scheme: a prefix and the lead number. */
const NUMBERED = [/^2:(\d+)$/, /^5\.6\.3-9-(\d+)$/] as const;
/** Numeric codes of ISO/IEEE 11073-10101: leads, and potentials of leads. */
const MDC_BASES = [131072, 131328] as const;
const MDC_NAME = /^MDC_ECG_(?:LEAD|ELEC_POTL)_(\w+)$/;

const MODIFIED = /^ML/i;

/** The name of the lead that a code means, or null if it is not known. */
export function leadOfCode(code: string): string | null {
  for (const form of NUMBERED) {
    const number = form.exec(code)?.[1];
    if (number !== undefined) return leadOfNumber(Number(number));
  }
  const name = MDC_NAME.exec(code)?.[1];
  // Modified limb leads keep their names: only as leads of a layout are they limb leads.
  if (name !== undefined) return MODIFIED.test(name) ? name : (leadOf(name) ?? name);
  for (const base of MDC_BASES) {
    const lead = leadOfNumber(Number(code) - base);
    if (lead !== null) return lead;
  }
  return null;
}

/** The MDC code of a lead; null if it has none. */
export function codeOfLead(lead: Lead): string | null {
  const number = numberOfLead(lead);
  return number === null ? null : `2:${number}`;
}

/** The MDC code of each canonical lead. */
export const CODE_OF_LEAD = Object.fromEntries(CANONICAL_LEADS.map((lead) => [lead, codeOfLead(lead)])) as Record<
  CanonicalLead,
  string
>;

/** The code of any other lead. */
export const UNSPECIFIED_LEAD = '2:0';
