/** Names of leads, as aECG has them: a code of ISO/IEEE 11073-10101, and a name for people beside it. */
import { canonicalLead } from '../../signal/leads.ts';
import { leadOfCode } from '../common/lead-codes.ts';
import type { WritableChannel } from '../types.ts';

/** MDC: the nomenclature of ISO/IEEE 11073-10101. */
export const MDC = '2.16.840.1.113883.6.24';
const PREFIX = 'MDC_ECG_LEAD_';
/** The code of a lead that has none of its own. */
const UNSPECIFIED = `${PREFIX}CONFIG`;

/** Whether several leads of a recording may have this code. */
export const isUnspecified = (code: string): boolean => code.trim() === UNSPECIFIED;

/**
 * The name of a lead: the one for people if the code is unspecific or means the same lead, otherwise that of the code.
 */
export function leadName(code: string | null, displayName: string | null): string {
  const [plain, shown] = [code?.trim() ?? '', displayName?.trim() ?? ''];
  const coded = leadOfCode(plain) ?? plain;
  const isSame = shown !== '' && canonicalLead(shown) !== null && canonicalLead(shown) === canonicalLead(coded);
  return shown !== '' && (isSame || plain === '' || isUnspecified(plain)) ? shown : coded;
}

/** The code to be written for a lead. */
export const codeOfLead = ({ lead }: WritableChannel): string =>
  lead === null ? UNSPECIFIED : `${PREFIX}${lead.toUpperCase()}`;
