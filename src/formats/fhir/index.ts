/** The format definition of FHIR observations. */
import type { Format } from '../types.ts';
import { decodeFhir } from './decode.ts';
import { encodeFhir } from './encode.ts';

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
    'The resource type must be within the first 4,096 bytes.',
    'Written with the MDC codes of the leads and the stored digits; channels without a sampling rate cannot be ' +
      'written. Annotations are not written.',
  ],
  experimental: false,
  recognises,
  decode: decodeFhir,
  encode: encodeFhir,
};

/** A JSON object with its own `resourceType` within the bytes examined. */
function recognises(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1');
  const start = /^(?:\u00ef\u00bb\u00bf)?\s*\{/.exec(text);
  if (start === null) return false;
  let depth = 0;
  for (const [token] of text.slice(start[0].length).matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 0 && /^"resourceType"\s*:$/.test(token)) return true;
  }
  return false;
}
