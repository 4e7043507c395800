/** Versions of documents: which version a change is for, and whether it is still the current one. */
import { notFound, Problem } from '../errors.ts';

/** A document and the version that the caller has seen; null: any version. */
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
    throw new Problem('version-stale', `It is now at version ${document.version}. Read it again.`);
}
