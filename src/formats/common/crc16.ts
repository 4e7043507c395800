/** CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, no reflection): the checksum of SCP-ECG and of ISHNE. */

const POLYNOMIAL = 0x1021;
const START = 0xffff;

/** The remainder of each byte. */
const REMAINDERS = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 0x8000 ? (remainder << 1) ^ POLYNOMIAL : remainder << 1;
  return remainder;
});

/** @param crc the checksum of the bytes before these. @returns 16 bits; 0x29B1 for the ASCII text `123456789` */
export function crc16(bytes: Uint8Array, crc = START): number {
  for (let at = 0; at < bytes.length; at++)
    crc = ((crc << 8) & 0xffff) ^ (REMAINDERS[(crc >>> 8) ^ (bytes[at] as number)] as number);
  return crc;
}
