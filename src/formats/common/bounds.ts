/** Bounds of the values in a recording's description, for every format and every change. */

/** Hz */
export const MIN_SAMPLING_RATE = 0.001;
export const MAX_SAMPLING_RATE = 1e6;
/** Bounds of the magnitude of a gain, in stored units per physical unit. */
export const MIN_GAIN = 1e-12;
export const MAX_GAIN = 1e12;
/** Bound of the magnitude, in stored units. */
export const MAX_ZERO_LEVEL = 1e12;
/** In characters. */
export const MAX_UNIT_LENGTH = 32;
export const MAX_ID_LENGTH = 200;
export const MAX_REFERENCE_LENGTH = 100;
export const MAX_NOTES_LENGTH = 10_000;
