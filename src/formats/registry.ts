/** Every format, in the order in which files are matched: specific formats before general ones. */
import { aecg } from './aecg/index.ts';
import { atc } from './atc/index.ts';
import { csv } from './csv/index.ts';
import { dicom } from './dicom/index.ts';
import { edf } from './edf/index.ts';
import { fhir } from './fhir/index.ts';
import { ishne } from './ishne/index.ts';
import { json } from './json/index.ts';
import { muse } from './muse/index.ts';
import { philips } from './philips/index.ts';
import { scp } from './scp/index.ts';
import type { Format, FormatId } from './types.ts';
import { wfdb } from './wfdb/index.ts';

export const FORMATS: readonly Format[] = [ishne, atc, dicom, wfdb, edf, scp, muse, philips, aecg, fhir, json, csv];

/** The format of a file that begins with these bytes (at most `HEAD_BYTES`); null if no format recognises it. */
export const formatOf = (head: Uint8Array): Format | null =>
  FORMATS.find((format) => format.decode !== null && format.recognises(head)) ?? null;

/** @throws Error if no format has that id */
export function formatById(id: FormatId): Format {
  const found = FORMATS.find((format) => format.id === id);
  if (!found) throw new Error(`there is no format ${id}`);
  return found;
}
