/** The format definition of HL7 annotated ECGs. */
import { rootName } from '../common/xml/root.ts';
import type { Format } from '../types.ts';
import { decodeAecg } from './decode.ts';
import { encodeAecg } from './encode.ts';

export const aecg: Format = {
  id: 'aecg',
  title: 'HL7 aECG',
  extensions: ['.xml', '.aecg'],
  mediaType: 'application/xml',
  notes: [
    'Every series is read, the rhythm and what was derived from it. Each sequence set becomes a recording; ' +
      'sets of one series are the parts of a recording with gaps.',
    'Leads are SLIST_PQ: value = origin + scale · digit; the digits are kept. The sampling rate is taken from ' +
      'the increment of the time axis, which must be generated (GLIST_TS, GLIST_PQ).',
    'Annotations are kept if they have a time, their own or that of the annotation around them.',
    'UTF-8, UTF-16 and ISO-8859-1 are read. Document type definitions and entities are refused.',
    'Increments are rounded decimals: 0.00277778 s is read as 360 samples a second.',
    'Written with whole digits in one sequence set, the subject and the annotations. Decimals get a smaller scale, ' +
      'with the same physical values, or else are rounded to 32 bits, as Export-Warnings tells. Channels with ' +
      'missing samples, or of different sampling rates, cannot be written. A derived series that repeats the first ' +
      'samples is added for readers that demand one. Ids that are no OID or UUID, or are missing, are replaced by ' +
      'generated ones; a unit that is not a physical quantity is left out.',
  ],
  experimental: false,
  recognises: (head) => rootName(head) === 'AnnotatedECG',
  decode: decodeAecg,
  encode: encodeAecg,
  integers: { bits: 32 },
};
