/** ETags of resources with a version: `"<version>"`, or `"<version>-<digest or coding>"`. */

/** The version in an ETag; null if it has none. */
export const versionIn = (headers: Headers): number | null => {
  const version = /^"(\d+)[-"]/.exec(headers.get('etag') ?? '')?.[1];
  return version === undefined ? null : Number(version);
};
