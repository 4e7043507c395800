/**
 * Levels of detail: which resolution a picture needs, and the pieces (tiles) in which it is fetched. Bins begin at
 * multiples of their size from the start of the recording, so that a picture does not tremble when it is moved.
 */

/** Samples per device pixel below which the samples themselves are drawn. */
const RAW_BELOW = 16;
/** The finest level of bins: 2 ** 3 samples. Level 0 is the samples themselves. */
const FINEST = 3;
/** Samples of a tile of level 0, and bins of a tile of another level. */
const TILE_SAMPLES = 4096;
const TILE_BINS = 1024;
/** Tiles of one request: the service draws at most 10,000 pixels. */
export const TILES_AT_ONCE = 8;
/**
 * Widths that make the service answer with exactly the wanted level: at most 4 samples a pixel for samples, and a
 * little more than 2 ** level samples a pixel for bins.
 */
const TILE_PIXELS_RAW = 1025;
const TILE_PIXELS = 1000;

/** The level for a picture. @param samplesPerPixel of the channel with the highest rate, per device pixel */
export const levelFor = (samplesPerPixel: number): number =>
  samplesPerPixel < RAW_BELOW ? 0 : Math.max(FINEST, Math.floor(Math.log2(samplesPerPixel / 2)));

/** Samples of a tile, of the channel with the highest rate. */
export const tileSamples = (level: number): number => (level === 0 ? TILE_SAMPLES : TILE_BINS * 2 ** level);

/** The most samples of a request. */
export const samplesAtOnce = (level: number): number => TILES_AT_ONCE * tileSamples(level);

/** The level on which one tile has the whole recording. */
export function topLevel(samples: number): number {
  if (samples <= TILE_SAMPLES) return 0;
  return Math.max(FINEST, Math.ceil(Math.log2(samples / TILE_BINS)));
}

/** The levels above one, to the top: where a coarser picture can be found. */
export function coarserLevels(level: number, top: number): number[] {
  const levels: number[] = [];
  for (let one = level === 0 ? FINEST : level + 1; one <= top; one++) levels.push(one);
  return levels;
}

/** The width in pixels to ask for, for a number of samples from the start of a tile. */
export function pixelsFor(level: number, samples: number): number {
  const width = level === 0 ? TILE_PIXELS_RAW : TILE_PIXELS;
  return Math.max(1, Math.ceil((samples / tileSamples(level)) * width));
}

/** Tiles of a range of seconds: the number of the first, and of the one after the last. */
export function tilesBetween(level: number, rate: number, from: number, to: number): { first: number; end: number } {
  const seconds = tileSamples(level) / rate;
  const first = Math.max(0, Math.floor(from / seconds));
  return { first, end: Math.max(first, Math.ceil(to / seconds - 1e-9)) };
}
