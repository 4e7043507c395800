/** The comment as it is written on a sheet: only what is signed. */
import { DateTime } from 'luxon';
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import type { StoredEcg } from '../store/model.ts';
import { lastSigned } from './store.ts';

/** The lines of the last signed version, then who signed it and when, in the clinic's time; none if none is signed. */
export async function commentLines(
  ecg: Pick<StoredEcg, '_id'>,
  zone: ClinicZone,
  database: Connection,
): Promise<string[]> {
  const found = await lastSigned(database, ecg._id);
  if (!found?.signed) return [];
  const { text, number, signed } = found;
  const at = DateTime.fromJSDate(signed.at, { zone: zone.name }).toFormat('yyyy-MM-dd HH:mm');
  return [...text.split('\n'), `Signed by ${signed.name}, ${at}${number > 1 ? `, version ${number}` : ''}`];
}
