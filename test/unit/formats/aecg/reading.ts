/** Reads annotated ECGs. */
import { decodeAecg } from '../../../../src/formats/aecg/decode.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';
import { lead } from './documents.ts';

export const read = async (text: string | Uint8Array, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(decodeAecg, { a: Buffer.from(text) }, 'a', seed);
export const I = (digits = '1 2 3'): string => lead({ code: 'MDC_ECG_LEAD_I', digits });
