/** Identities in aECG: a root that is unique in the world and, if many things share it, an extension. */

const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether an id with this root identifies something: only an OID or a UUID is unique in the world. */
export const isUniqueRoot = (root: string): boolean => OID.test(root) || UUID.test(root);

/** An external id as root and extension, if it is one; see `AecgDocument`. */
export function partsOfId(externalId: string): { root: string; extension: string | null } | null {
  const [root = '', ...rest] = externalId.split('^');
  return isUniqueRoot(root) ? { root, extension: rest.length === 0 ? null : rest.join('^') } : null;
}

/**
 * Extension of the id of a derived series that only repeats the first samples of its original, whose id has the same
 * root. We write one for readers that demand a derived series.
 */
export const EXCERPT = 'first samples';
