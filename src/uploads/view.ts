/** Stored uploads → API documents. */
import { catalogue } from '../errors.ts';
import type { FoundUpload } from './find.ts';
import type { StoredProblem } from './model.ts';
import type { Upload } from './schema.ts';

export function uploadView(upload: FoundUpload): Upload {
  const { name, length, offset, bytesRead, recordings, problem, createdAt, expiresAt, version } = upload;
  return {
    id: upload._id.toHexString(),
    name,
    state: stateOf(upload),
    length,
    offset,
    progress: { bytesRead, bytesTotal: length },
    recordings: recordings.map((id) => id.toHexString()),
    problem: problem && problemView(problem),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    version,
  };
}

/** An ingest that has ended without a word, since its instance was killed, may be started again. */
const stateOf = ({ state, isClaimed }: FoundUpload): Upload['state'] =>
  state === 'ingesting' && !isClaimed ? 'complete' : (state as Upload['state']);

function problemView({ code, detail, fields }: StoredProblem): NonNullable<Upload['problem']> {
  const { title = '', status = 500 } = catalogue().find((row) => row.code === code) ?? {};
  return { code, title, status, detail, errors: fields };
}
