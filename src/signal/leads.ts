/** The table of ECG leads: their names, their code numbers, and the many spellings of devices and archives. */

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
 * Every lead that has a name of its own: its name, its number in CID 3001 of DICOM (PS3.16), which SCP-ECG and
 * ISO/IEEE 11073-10101 share (null: none), and its spellings beyond case, separators and the prefixes below. Those that
 * are not canonical are only known by name: they have no place in a layout, and take part in no relation between leads.
 * Modified limb leads (MIT-BIH's MLI to MLIII) are spellings of their limb lead.
 */
const LEADS = [
  ['I', 1, 'LI', 'DI', 'L1', 'D1', 'LEAD1', 'MLI', 'ML1'],
  ['II', 2, 'LII', 'DII', 'L2', 'D2', 'LEAD2', 'MLII', 'ML2'],
  ['III', 61, 'LIII', 'DIII', 'L3', 'D3', 'LEAD3', 'MLIII', 'ML3'],
  ['aVR', 62],
  ['aVL', 63],
  ['aVF', 64],
  // With the true minus sign; a hyphen between letters is a separator.
  ['\u2212aVR', 65, '-AVR', 'AVRNEG'],
  ['V1', 3, 'C1'],
  ['V2', 4, 'C2'],
  ['V3', 5, 'C3'],
  ['V4', 6, 'C4'],
  ['V5', 7, 'C5'],
  ['V6', 8, 'C6'],
  ['V7', 9, 'C7'],
  ['V8', 66, 'C8'],
  ['V9', 67, 'C9'],
  ['V2R', 10],
  ['V3R', 11],
  ['V4R', 12],
  ['V5R', 13],
  ['V6R', 14],
  ['V7R', 15],
  ['V8R', 68],
  ['V9R', 69],
  // Frank
  ['X', 16, 'VX'],
  ['Y', 17, 'VY'],
  ['Z', 18, 'VZ'],
  // Chest leads of monitors and Holter recorders: bipolar, or with an electrode anywhere on the chest (V)
  ['V', 87],
  ['CC', 98],
  ['CC1', 99],
  ['CC2', 100],
  ['CC3', 101],
  ['CC4', 102],
  ['CC5', 19],
  ['CC6', 103],
  ['CC7', 104],
  ['CM', 105],
  ['CM1', 106],
  ['CM2', 107],
  ['CM3', 108],
  ['CM4', 109],
  ['CM5', 20],
  ['CM6', 110],
  ['CM7', 121],
  ['MCL', 91],
  ['MCL1', 92],
  ['MCL2', 93],
  ['MCL3', 94],
  ['MCL4', 95],
  ['MCL5', 96],
  ['MCL6', 97],
  ['CH5', 122],
  ['CS5', 123],
  ['CB5', 124],
  ['CR5', 125],
  // From the manubrium to the xiphoid process
  ['NASA', null],
  // EASI
  ['ES', 131],
  ['AS', 132],
  ['AI', 133],
] as const satisfies readonly (readonly [name: string, number: number | null, ...spellings: string[]])[];
export type Lead = (typeof LEADS)[number][0];

/** The lead with a number; null if it is not in the table. */
export const leadOfNumber = (number: number): Lead | null => LEADS.find((row) => row[1] === number)?.[0] ?? null;

/** The number of a lead; null if it has none. */
export const numberOfLead = (lead: Lead): number | null => LEADS.find((row) => row[0] === lead)?.[1] ?? null;

/** The codes of MDC, and the words for ECG and lead; before a digit, LEAD is a word of the name. */
const PREFIXES = new RegExp(
  String.raw`^(?:MDC_ECG_LEAD_|MDC_ECG_ELEC_POTL_|EKG|ECG|LEAD(?![ _-]*\d)|ABLEITUNG|` +
    String.raw`DERIVA[ÇC][ÃA]O|DERIVACI[ÓO]N|D[ÉE]RIVATION)[ _:-]*`,
);
/** DICOM's meaning of the code of lead I. */
const REMARK = / ?\(EINTHOVEN\)$/;
/**
 * Blanks, underscores and hyphens within a name (`V 1`, `ML_II`, `a-VR`). Not after a Roman numeral: `ECG II-I` and
 * `ECG I-AVF` are differences of two leads, and neither lead III nor any other.
 */
const SEPARATORS = /(?<=[^I])[ _-]/g;

/** What is compared: capitals without prefixes and separators. */
function keyOf(name: string): string {
  let plain = name.trim().toUpperCase().replace(REMARK, '');
  while (PREFIXES.test(plain)) plain = plain.replace(PREFIXES, '');
  return plain.replace(SEPARATORS, '');
}

/** The lead of a channel name, canonical or not; null if the spelling is unknown. */
export function leadOf(name: string): Lead | null {
  const key = keyOf(name);
  const row = LEADS.find(
    ([lead, , ...spellings]) => lead.toUpperCase() === key || (spellings as string[]).includes(key),
  );
  return row?.[0] ?? null;
}

const isCanonical = (lead: Lead | null): lead is CanonicalLead =>
  (CANONICAL_LEADS as readonly (string | null)[]).includes(lead);

/** The canonical lead of a channel name, or null if the spelling is unknown; `-aVR` is not the same lead as aVR. */
export function canonicalLead(name: string): CanonicalLead | null {
  const lead = leadOf(name);
  return isCanonical(lead) ? lead : null;
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
