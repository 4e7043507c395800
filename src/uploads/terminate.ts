/** Gives up an upload. */
import type { Connection } from 'mongoose';
import { Problem } from '../errors.ts';
import { UNCLAIMED } from './claim.ts';
import type { FoundUpload } from './find.ts';
import { uploadModel } from './model.ts';
import { removePieces } from './pieces.ts';

/**
 * Removes an upload with its bytes. What a crash leaves is swept. Errors: `upload-in-use`, and those of the database.
 */
export async function terminate(database: Connection, { _id, owner }: FoundUpload): Promise<void> {
  const uploads = uploadModel(database);
  // After this, no piece can be added.
  const { matchedCount } = await uploads.updateOne({ _id, owner, ...UNCLAIMED }, { $set: { state: 'terminated' } });
  if (matchedCount === 0) throw new Problem('upload-in-use', 'Delete it when the request that uses it has ended.');
  await removePieces(database, _id);
  await uploads.deleteOne({ _id, state: 'terminated' });
}
