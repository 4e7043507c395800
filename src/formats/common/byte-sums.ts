/** Sums over many bytes, four of them at a time: each word is added to sums that share one number. */

/** Words after which one of two sums of 16 bits might overflow: each word adds two bytes to both. */
const WORDS_OF_16 = 128;
/** Words after which one of four sums of 8 bits might overflow: each word adds 1 to them at most. */
const WORDS_OF_8 = 255;

/** The sum of all bytes, modulo 2^32. */
export function sumOfBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let sum = 0;
  for (let at = 0; at < whole;) {
    let sums = 0;
    for (const to = Math.min(whole, at + 4 * WORDS_OF_16); at < to; at += 4) {
      const word = view.getInt32(at);
      sums = (sums + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
    }
    sum = (sum + (sums & 0xffff) + (sums >>> 16)) | 0;
  }
  for (let at = whole; at < bytes.length; at++) sum = (sum + (bytes[at] as number)) | 0;
  return sum >>> 0;
}

/** How many bytes are above a value below 0x80. */
export function countAbove(value: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  // Gives a byte its highest bit if its other bits are above the value.
  const lift = (0x7f - value) * 0x01010101;
  let count = 0;
  for (let at = 0; at < whole;) {
    let sums = 0;
    for (const to = Math.min(whole, at + 4 * WORDS_OF_8); at < to; at += 4) {
      const word = view.getInt32(at);
      sums = (sums + (((((word & 0x7f7f7f7f) + lift) | word) >>> 7) & 0x01010101)) | 0;
    }
    count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
  }
  for (let at = whole; at < bytes.length; at++) if ((bytes[at] as number) > value) count++;
  return count;
}
