/** Decodes texts whose encoding a format leaves open. */

/** UTF-8, or Latin-1 if the bytes are not valid UTF-8. */
export function utf8OrLatin1(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
