/** The format definition of the JSON upload. */
import { annotationsLeftOut } from '../common/left-out.ts';
import { mayBeText } from '../common/plain-head.ts';
import type { Format } from '../types.ts';
import { decodeJson } from './decode.ts';
import { encodeJson } from './encode.ts';

export const json: Format = {
  id: 'json',
  title: 'Leadwire JSON',
  extensions: ['.json'],
  mediaType: 'application/json',
  notes: [
    'One object with "leads", each with a name and a signal: integers, decimals, or null for a missing sample.',
    'Sampling rate, unit, gain and zero level apply to all leads unless a lead has its own.',
    'Annotations, and what the uploaded file says about the patient, are not written.',
  ],
  experimental: false,
  recognises: (head) => head[firstMark(head)] === 0x7b && mayBeText(head),
  decode: decodeJson,
  losses: annotationsLeftOut,
  encode: encodeJson,
};

/** Index of the first byte after a byte order mark and blanks. */
function firstMark(head: Uint8Array): number {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (head[at] === 0x20 || head[at] === 0x0a || head[at] === 0x0d || head[at] === 0x09) at++;
  return at;
}
