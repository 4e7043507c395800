/** Unique identifiers of the supported transfer syntaxes (PS3.5, annex A) and kinds of object (PS3.4, annex B.5). */

export interface TransferSyntax {
  implicit: boolean;
  littleEndian: boolean;
  deflated: boolean;
}

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map([
  ['1.2.840.10008.1.2', { implicit: true, littleEndian: true, deflated: false }],
  [EXPLICIT_LITTLE_ENDIAN, { implicit: false, littleEndian: true, deflated: false }],
  ['1.2.840.10008.1.2.1.99', { implicit: false, littleEndian: true, deflated: true }],
  ['1.2.840.10008.1.2.2', { implicit: false, littleEndian: false, deflated: false }],
]);

export const SOP_CLASSES = {
  twelveLead: '1.2.840.10008.5.1.4.1.1.9.1.1',
  general: '1.2.840.10008.5.1.4.1.1.9.1.2',
  ambulatory: '1.2.840.10008.5.1.4.1.1.9.1.3',
  general32: '1.2.840.10008.5.1.4.1.1.9.1.4',
} as const;
export type EcgObject = keyof typeof SOP_CLASSES;

export const isEcg = (sopClassUid: string): boolean => Object.values<string>(SOP_CLASSES).includes(sopClassUid);

/** Digits and dots, no leading zero in a component, at most 64 characters (PS3.5, 9.1). */
export const isUid = (text: string): boolean => text.length <= 64 && /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/.test(text);

/**
 * A UID determined only by these words: 2.25 and a UUID as a decimal number (PS3.5, B.2), from the SHA-256 of the
 * words.
 */
export async function uidOf(...words: readonly string[]): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(words))));
  // Version 8 (a custom rule) and the variant of RFC 9562.
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${Buffer.from(hash.subarray(0, 16)).toString('hex')}`)}`;
}
