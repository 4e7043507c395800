/** UUIDs that are determined by what they name, so that writing the same thing again gives the same one. */

/** A UUID determined only by these words, from their SHA-256: version 8, a custom rule (RFC 9562). */
export async function uuidOf(...words: readonly string[]): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(words))));
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const digits = Buffer.from(hash.subarray(0, 16)).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
