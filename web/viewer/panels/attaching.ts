/** Attaches recordings to patients and studies. */
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { ifUnchanged } from '../../api/sending.ts';
import type { Ecg } from '../viewer.ts';

/** Attaches a recording as it was seen. @throws Failure `version-stale` if it was changed in the meantime */
export const attached = ({ id, version }: Ecg, to: { patient: string | null; study: string | null }): Promise<Ecg> =>
  answered(api.PATCH('/ecgs/{id}', { params: { path: { id } }, body: to, ...ifUnchanged(version) }));

/** The recording as it is now. @throws Failure */
export const presentOf = ({ id }: Ecg): Promise<Ecg> => answered(api.GET('/ecgs/{id}', { params: { path: { id } } }));
