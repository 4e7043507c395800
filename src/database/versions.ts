/**
 * Versions of documents: which version a change is for, whether it is still the current one, and whether there is
 * anything to change.
 */
import { isDeepStrictEqual } from 'node:util';
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

/**
 * Whether the document has these values already. Then a change keeps its version, writes nothing and is no audit event.
 */
export const changesNothing = (document: object, changes: object): boolean => {
  const stored = new Map(Object.entries(document));
  return Object.entries(changes).every(([name, value]) => isDeepStrictEqual(value, stored.get(name)));
};
