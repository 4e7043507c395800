/** Reads the PNGs of pictures: 8 bits a channel, not interlaced. */
import { inflateSync } from 'node:zlib';

export interface Bitmap {
  width: number;
  height: number;
  /** Pixels per inch, as the file states. */
  dpi: number;
  /** Red, green and blue of a pixel, added. */
  at(x: number, y: number): number;
}

/** Decodes a PNG. */
export function readPng(bytes: ArrayBuffer): Bitmap {
  const file = Buffer.from(bytes);
  const chunks = new Map<string, Buffer[]>();
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    chunks.set(type, [...(chunks.get(type) ?? []), file.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const [header] = chunks.get('IHDR')!;
  const [resolution] = chunks.get('pHYs')!;
  const width = header!.readUInt32BE(0);
  const height = header!.readUInt32BE(4);
  const channels = header!.readUInt8(9) === 6 ? 4 : 3;
  const pixels = unfiltered(inflateSync(Buffer.concat(chunks.get('IDAT')!)), width * channels, channels);
  return {
    width,
    height,
    dpi: resolution!.readUInt32BE(0) * 0.0254,
    at: (x, y) => {
      const place = (y * width + x) * channels;
      return pixels[place]! + pixels[place + 1]! + pixels[place + 2]!;
    },
  };
}

/** Undoes the filters of the lines (PNG specification, chapter 9). */
function unfiltered(data: Buffer, stride: number, size: number): Uint8Array {
  const lines = data.length / (stride + 1);
  const pixels = new Uint8Array(lines * stride);
  for (let line = 0; line < lines; line++) {
    const filter = data[line * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const place = line * stride + i;
      const left = i < size ? 0 : pixels[place - size]!;
      const up = line === 0 ? 0 : pixels[place - stride]!;
      const corner = i < size || line === 0 ? 0 : pixels[place - stride - size]!;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      pixels[place] = data[line * (stride + 1) + 1 + i]! + guess;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(guess - one)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
