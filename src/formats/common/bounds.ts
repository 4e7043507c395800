/** What the description of a recording may hold, in every format and in every change of it. */

/** Hz */
export const MIN_SAMPLING_RATE = 0.001;
export const MAX_SAMPLING_RATE = 1e6;
/** Of the magnitude, in stored units per physical unit. */
export const MIN_GAIN = 1e-12;
export const MAX_GAIN = 1e12;
/** Of the magnitude, in stored units. */
export const MAX_ZERO_LEVEL = 1e12;
/** Characters. */
export const MAX_UNIT_LENGTH = 32;
export const MAX_ID_LENGTH = 200;
export const MAX_REFERENCE_LENGTH = 100;
export const MAX_NOTES_LENGTH = 10_000;
