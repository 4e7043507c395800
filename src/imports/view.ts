/** Stored imports → API documents. */
import type { StoredError, StoredImport } from './model.ts';
import { type Import, IMPORT_STATES, type ImportError } from './schema.ts';

/** Final states. */
export const ENDED: readonly Import['state'][] = ['completed', 'failed', 'cancelled'];

/** The states that are shown. */
export const SHOWN = { $in: [...IMPORT_STATES] };

/** @param isImporter others do not see what the file contains */
export function importView(job: StoredImport, isImporter: boolean): Import {
  const { bytes, rows, warnings = [], errorsKept, createdAt, startedAt, updatedAt, endedAt } = job;
  return {
    id: job._id.toHexString(),
    userId: job.owner.toHexString(),
    state: job.state as Import['state'],
    failure: isImporter ? job.failure : firstClause(job.failure),
    warnings: isImporter ? [...warnings] : warnings.map(firstClause),
    kind: job.kind,
    fileName: job.fileName,
    encoding: job.encoding,
    source: job.source,
    createMissing: job.createMissing,
    dryRun: job.dryRun,
    bytes,
    rows,
    alsoCreated: job.alsoCreated,
    errors: errorsKept,
    ...pace(job),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    version: job.version,
  };
}

/** A text may quote cells after this: a file without a header starts with somebody's data. */
const firstClause = <Text extends string | null>(text: Text): Text => (text && text.replace(/[,.:].*$/s, '.')) as Text;

/** The speed of the current worker, from what it has committed. */
function pace({ state, run, rows, bytes, updatedAt }: StoredImport): Pick<Import, 'rate' | 'estimatedEnd'> {
  if (!run) return { rate: null, estimatedEnd: null };
  const ms = updatedAt.getTime() - run.startedAt.getTime();
  const bytesDone = bytes.done - run.bytes;
  if (ms <= 0 || bytesDone <= 0) return { rate: null, estimatedEnd: null };
  const msLeft = ((bytes.total - bytes.done) * ms) / bytesDone;
  return {
    rate: Math.round(((rows.total - run.rows) * 1000) / ms),
    estimatedEnd: state === 'running' ? new Date(updatedAt.getTime() + msLeft).toISOString() : null,
  };
}

/** @param withValue only for the importer */
export const errorView = ({ line, column, value, reason }: StoredError, withValue: boolean): ImportError => ({
  line,
  column,
  value: withValue ? value : null,
  reason,
});
