/** Renders a scene as PNG that states its resolution, so that it is printed at true scale. */
import { crc32 } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import type { Scene } from '../../paper/scene.ts';
import { drawSvg, FONT } from '../../paper/svg.ts';
import { BOLD_FONT, REGULAR_FONT } from './fonts.ts';

/** Bytes before the first chunk, and of the first chunk, which describes the picture. */
const SIGNATURE = 8;
const HEADER_CHUNK = 25;
const METRES_AN_INCH = 0.0254;

/** @param dpi pixels per inch */
export function pngOf(scene: Scene, dpi: number): Buffer {
  const font = {
    loadSystemFonts: false,
    fontFiles: [REGULAR_FONT, BOLD_FONT],
    defaultFontFamily: FONT,
    sansSerifFamily: FONT,
  };
  return withResolution(new Resvg(drawSvg(scene), { dpi, font }).render().asPng(), dpi);
}

/** Inserts the chunk `pHYs` (PNG specification, 11.3.4.3). */
function withResolution(png: Buffer, dpi: number): Buffer {
  const chunk = Buffer.alloc(21);
  const pixels = Math.round(dpi / METRES_AN_INCH);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  chunk.writeUInt32BE(pixels, 8);
  chunk.writeUInt32BE(pixels, 12);
  // The unit is the metre.
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  const start = SIGNATURE + HEADER_CHUNK;
  return Buffer.concat([png.subarray(0, start), chunk, png.subarray(start)]);
}
