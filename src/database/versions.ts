/** The target of a change: a document, and the version that its sender has seen. */
import { notFound, Problem } from '../errors.ts';

/** The document, and the version that the caller has seen; null for any version. */
export interface Target {
  id: string;
  version: number | null;
}

/** Errors: `not-found` if there is no document, `version-stale`. */
export function assertVersion<Document extends { version: number }>(
  document: Document | null,
  version: number | null,
): asserts document is Document {
  if (!document) throw notFound();
  if (version !== null && version !== document.version)
    throw new Problem('version-stale', `It is in version ${document.version} by now. Read it again.`);
}
