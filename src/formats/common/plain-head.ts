/** Checks whether the beginning of a file may be text: binary samples can begin with any character. */

/** @param head at most `HEAD_BYTES` of a file. @returns false if it has a control character that text cannot have */
export const mayBeText = (head: Uint8Array): boolean =>
  !head.some((byte) => byte < 0x20 && (byte < 0x09 || byte > 0x0d));
