/** Canonical lead names for the many spellings of devices and archives. */

/** The standard leads in their canonical order, then Frank's orthogonal ones. */
export const CANONICAL_LEADS = [
  'I',
  'II',
  'III',
  'aVR',
  'aVL',
  'aVF',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
  'X',
  'Y',
  'Z',
] as const;
export type CanonicalLead = (typeof CANONICAL_LEADS)[number];

/**
 * Spellings beyond case, blanks and the prefixes below. Modified limb leads (MIT-BIH's MLI to MLIII) are mapped to
 * their limb lead.
 */
const ALIASES: Record<string, CanonicalLead> = {
  MLI: 'I',
  MLII: 'II',
  ML2: 'II',
  MLIII: 'III',
  L1: 'I',
  L2: 'II',
  L3: 'III',
  DI: 'I',
  DII: 'II',
  DIII: 'III',
  VX: 'X',
  VY: 'Y',
  VZ: 'Z',
  'I(EINTHOVEN)': 'I',
  C1: 'V1',
  C2: 'V2',
  C3: 'V3',
  C4: 'V4',
  C5: 'V5',
  C6: 'V6',
};

const PREFIXES = /^(MDC_ECG_LEAD_|MDC_ECG_ELEC_POTL_|EKG|ECG|LEAD)[ _:-]*/;

/** The canonical lead of a channel name, or null if the spelling is unknown; `-aVR` is not the same lead as aVR. */
export function canonicalLead(name: string): CanonicalLead | null {
  let plain = name.trim().toUpperCase();
  while (PREFIXES.test(plain)) plain = plain.replace(PREFIXES, '');
  plain = plain.replace(/(?!^)[ _-]/g, '');
  return CANONICAL_LEADS.find((lead) => lead.toUpperCase() === plain) ?? ALIASES[plain] ?? null;
}

/** Canonical leads of a recording's channels; a second channel with the same lead gets null. */
export function canonicalLeads(names: readonly string[]): (CanonicalLead | null)[] {
  const taken = new Set<CanonicalLead>();
  return names.map((name) => {
    const lead = canonicalLead(name);
    if (lead === null || taken.has(lead)) return null;
    taken.add(lead);
    return lead;
  });
}
