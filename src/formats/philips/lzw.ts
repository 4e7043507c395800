/**
 * The LZW compression of Philips XLI: codes of 10 bits, most significant bit first; a dictionary that is never reset.
 */

const BITS = 10;
/** The first code of the dictionary; smaller ones are single bytes. */
const FIRST = 256;
/** Ends the data; smaller codes are strings. */
const END = 1023;

/** Unpacked bytes of a packed one, at most: a string cannot be longer than the dictionary has entries. */
const MAX_EXPANSION = 640;

export class LzwReader {
  /** Each string of the dictionary occurred in the unpacked bytes: where it begins, and how long it is. */
  readonly #begins = new Uint32Array(END);
  readonly #lengths = new Uint32Array(END);
  #unpacked = new Uint8Array(0);

  /**
   * Unpacks one lead.
   * @param most greatest number of unpacked bytes
   * @returns the bytes, valid until the next call; null if the codes are not valid, or unpack to more
   */
  unpack(packed: Uint8Array, most: number): Uint8Array | null {
    const room = Math.min(most, MAX_EXPANSION * packed.length);
    if (this.#unpacked.length < room) this.#unpacked = new Uint8Array(room);
    const [begins, lengths, unpacked] = [this.#begins, this.#lengths, this.#unpacked];
    let [bits, held, at, next] = [0, 0, 0, FIRST];
    // The last string.
    let [begin, length] = [0, 0];
    for (let place = 0; ;) {
      while (held < BITS && place < packed.length) {
        bits = ((bits << 8) | (packed[place++] as number)) & 0xffffff;
        held += 8;
      }
      if (held < BITS) break;
      held -= BITS;
      const code = (bits >> held) & END;
      if (code === END) break;
      // The new string is the last one and the next byte, which follow each other in the unpacked bytes.
      if (length > 0 && next < END) {
        begins[next] = begin;
        lengths[next] = length + 1;
        next++;
      }
      if (code >= next) return null;
      begin = at;
      if (code < FIRST) {
        if (at === room) return null;
        unpacked[at++] = code;
        length = 1;
      } else {
        let from = begins[code] as number;
        length = lengths[code] as number;
        if (at + length > room) return null;
        // Byte by byte: the newest string may overlap with its own copy.
        for (const to = at + length; at < to;) unpacked[at++] = unpacked[from++] as number;
      }
    }
    return unpacked.subarray(0, at);
  }
}
