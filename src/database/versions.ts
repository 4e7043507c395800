/** Which document a change is for, and the version that its sender has seen. */
import { notFound, Problem } from '../errors.ts';

/** Which document is meant, and in which version the caller has seen it; null: any. */
export interface Target {
  id: string;
  version: number | null;
}

/** Errors: `not-found` where there is no document, `version-stale`. */
export function assertVersion<Document extends { version: number }>(
  document: Document | null,
  version: number | null,
): asserts document is Document {
  if (!document) throw notFound();
  if (version !== null && version !== document.version)
    throw new Problem('version-stale', `It is in version ${document.version} by now. Read it again.`);
}
