/** Makes a recording of files that were uploaded before, through the same pipeline as a direct upload. */
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseFailure } from '../../database/failures.ts';
import { notReady, Problem } from '../../errors.ts';
import type { Limits } from '../../startup/config.ts';
import { Claim, claimUploads } from '../../uploads/claim.ts';
import type { StoredProblem } from '../../uploads/model.ts';
import type { Recordings } from '../store/recordings.ts';
import { assumptions } from '../store/scale.ts';
import { ingest, type IngestDeps, type Upload } from './ingest.ts';
import { tableOptions } from './metadata.ts';
import type { Naming } from './naming.ts';
import type { Ingested } from './prove.ts';
import { openStored } from './stored-files.ts';

export interface FromUploadsDeps extends IngestDeps {
  database: Connection;
  limits: Limits;
  /** Those of the user. */
  own: Recordings;
}

/**
 * Makes the recording, or finds the one that was made of the same uploads. If it cannot be made, the uploads are kept,
 * so that it can be tried again with other parameters.
 * Errors: those of `ingest`; `not-found`, `upload-expired`, `upload-incomplete`, `upload-in-use`, `upload-used`,
 * `format-unknown`, `validation-failed`.
 */
export async function ingestUploads(
  naming: Naming,
  upload: Omit<Upload, 'source'>,
  { limits, own, ...deps }: FromUploadsDeps,
): Promise<Ingested[]> {
  const beside = saidBeside(naming, upload.duplicate);
  const claim = await claimUploads(deps.database, upload.userId, naming.uploads, beside, limits);
  if (!(claim instanceof Claim)) return made(claim.recordings.map(String), own);
  try {
    const { decimal, columns, ...said } = naming.said;
    const table = tableOptions({ decimal, columns });
    const source = await openStored(deps.database, claim, said, { ...limits, table });
    const ingested = await ingest({ ...upload, source }, deps);
    await claim.done(ingested.map(({ ecg }) => ecg._id));
    return ingested;
  } catch (error) {
    await claim.failed(problemOf(error));
    throw error;
  }
}

/** A digest of what a request says besides the uploads: another request is not a repetition. */
const saidBeside = ({ said }: Naming, duplicate: Upload['duplicate']): string =>
  createHash('sha256')
    .update(JSON.stringify([duplicate, Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('base64url');

/** What was made before. Errors: `upload-used` if some of it has been deleted since. */
async function made(recordings: readonly string[], own: Recordings): Promise<Ingested[]> {
  const found: Ingested[] = [];
  for (const id of recordings) {
    const ecg = await own.get(id).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'not-found')
        throw new Problem('upload-used', 'Its recording has been deleted since. Upload the file again to keep it.');
      throw error;
    });
    found.push({ ecg, created: false, warnings: assumptions(ecg.channels) });
  }
  return found;
}

/** What the user is told about the upload. */
function problemOf(error: unknown): StoredProblem {
  const internal = 'Something went wrong on our side. Try again.';
  const known = databaseFailure(error) === null ? new Problem('internal-error', internal) : notReady();
  const { code, message, errors = [] } = error instanceof Problem ? error : known;
  return { code, detail: message, fields: [...errors] };
}
