/** Reads `manifest.json`, the last file of an export, without reading the rest (APPNOTE.TXT of PKWARE, 4.3). */

const NAME = 'manifest.json';
/** Signatures. */
const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Bytes of the end record, without its comment. */
const END_BYTES = 22;
/** Bytes at the end of the zip that are looked at: the directory of 200 recordings fits many times. */
const TAIL_BYTES = 1 << 20;
const DEFLATED = 8;
/** Stands for a number that is elsewhere, in zips of more than 4 GiB. */
const ELSEWHERE = 0xffffffff;

/** @returns null if there is none, or it cannot be found with moderate means */
export async function manifestIn(zip: Blob): Promise<unknown> {
  try {
    const start = Math.max(0, zip.size - TAIL_BYTES);
    const tail = new DataView(await zip.slice(start).arrayBuffer());
    const entry = lastEntry(tail, start);
    return entry && JSON.parse(await textOf(zip, entry));
  } catch {
    return null;
  }
}

interface Entry {
  method: number;
  size: number;
  offset: number;
}

function lastEntry(tail: DataView<ArrayBuffer>, start: number): Entry | null {
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) return null;
  let found: Entry | null = null;
  for (let at = tail.getUint32(end + 16, true) - start; at >= 0 && at + 46 <= end;) {
    if (tail.getUint32(at, true) !== ENTRY) break;
    const nameLength = tail.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(tail.buffer, at + 46, nameLength));
    if (name === NAME) {
      const size = tail.getUint32(at + 20, true);
      const offset = tail.getUint32(at + 42, true);
      found = { method: tail.getUint16(at + 10, true), size, offset };
    }
    at += 46 + nameLength + tail.getUint16(at + 30, true) + tail.getUint16(at + 32, true);
  }
  return found && found.offset !== ELSEWHERE && found.size !== ELSEWHERE ? found : null;
}

async function textOf(zip: Blob, { method, size, offset }: Entry): Promise<string> {
  const head = new DataView(await zip.slice(offset, offset + 30).arrayBuffer());
  const data = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const bytes = zip.slice(data, data + size);
  if (method !== DEFLATED) return bytes.text();
  return new Response(bytes.stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
}
