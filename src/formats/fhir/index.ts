/** The format definition of FHIR observations. */
import { annotationsLeftOut } from '../common/left-out.ts';
import type { Format } from '../types.ts';
import { decodeFhir } from './decode.ts';
import { encodeFhir } from './encode.ts';
import { recognises } from './recognise.ts';

export const fhir: Format = {
  id: 'fhir',
  title: 'FHIR R4 Observation',
  extensions: ['.json', '.fhir.json'],
  mediaType: 'application/fhir+json',
  notes: [
    'An Observation with SampledData in its components or as its own value, or a Bundle: each observation in ' +
      'it becomes a recording, and other resources are ignored.',
    'value = origin + data · factor; the digits of data are kept, the gain is 1 / factor. Samples that are E, ' +
      'L or U are missing, and a warning counts them.',
    'Dimensions must be 1. The interval of R5 is read instead of the period; its offsets and code maps are not.',
    'Components of one lead, one after the other, are one channel. So are observations of a bundle with a single ' +
      'lead, if each begins where the one before it ends; otherwise they are recordings of their own.',
    'Written with the MDC codes of the leads, UCUM codes of the units and the stored digits; a channel with ' +
      'more than 1,048,576 bytes of data gets several components. Channels without a sampling rate cannot be ' +
      'written. Of the patient, id and name are written. Annotations are not written.',
  ],
  experimental: false,
  recognises,
  decode: decodeFhir,
  losses: annotationsLeftOut,
  encode: encodeFhir,
};
