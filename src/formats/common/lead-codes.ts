/** Lead names for the codes of CID 3001 (PS3.16): MDC `2:n` and SCPECG `5.6.3-9-n` use the same numbers. */
import { CANONICAL_LEADS, canonicalLead, type CanonicalLead } from '../../signal/leads.ts';

const LEADS: Readonly<Record<number, string>> = {
  1: 'I',
  2: 'II',
  3: 'V1',
  4: 'V2',
  5: 'V3',
  6: 'V4',
  7: 'V5',
  8: 'V6',
  9: 'V7',
  10: 'V2R',
  11: 'V3R',
  12: 'V4R',
  13: 'V5R',
  14: 'V6R',
  15: 'V7R',
  16: 'X',
  17: 'Y',
  18: 'Z',
  19: 'CC5',
  20: 'CM5',
  61: 'III',
  62: 'aVR',
  63: 'aVL',
  64: 'aVF',
  // Uses the true minus sign: a hyphen would be dropped in the search for canonical leads, and -aVR is not aVR.
  65: '\u2212aVR',
  66: 'V8',
  67: 'V9',
  68: 'V8R',
  69: 'V9R',
};

/** The codes of each scheme: a prefix and the lead number. */
const NUMBERED = [/^2:(\d+)$/, /^5\.6\.3-9-(\d+)$/] as const;
/** Numeric codes of ISO/IEEE 11073-10101: leads, and potentials of leads. */
const MDC_BASES = [131072, 131328] as const;
const MDC_NAME = /^MDC_ECG_(?:LEAD|ELEC_POTL)_(\w+)$/;

/** The name of the lead that a code means, or null if it is not known. */
export function leadOfCode(code: string): string | null {
  for (const form of NUMBERED) {
    const number = form.exec(code)?.[1];
    if (number !== undefined) return LEADS[Number(number)] ?? null;
  }
  const name = MDC_NAME.exec(code)?.[1];
  if (name !== undefined) return canonicalLead(name) ?? name;
  for (const base of MDC_BASES) {
    const lead = LEADS[Number(code) - base];
    if (lead !== undefined) return lead;
  }
  return null;
}

/** The MDC code of each canonical lead. */
export const CODE_OF_LEAD = Object.fromEntries(
  CANONICAL_LEADS.map((lead) => [lead, `2:${Object.keys(LEADS).find((number) => LEADS[Number(number)] === lead)}`]),
) as Record<CanonicalLead, string>;

/** The code of any other lead. */
export const UNSPECIFIED_LEAD = '2:0';
