/** Section 4: the length of the reference beat, and where the QRS complexes of the recording are. */
import type { Annotation } from '../types.ts';
import type { Section } from './section.ts';

const HEADER = 6;
/** Type of the beat, start of the subtraction, fiducial point, and end of the subtraction. */
const QRS_BYTES = 14;
const FIDUCIAL = 6;

export interface Beats {
  /** In milliseconds; 0 if the file does not give it. */
  referenceLength: number;
  complexes: { type: number; fiducial: number }[];
}

/** @throws FormatError `syntax` if the section is too short */
export const beatsOf = (section: Section): Beats => ({
  referenceLength: section.u16(0),
  complexes: Array.from({ length: section.u16(4) }, (_, i) => ({
    type: section.u16(HEADER + i * QRS_BYTES),
    fiducial: section.u32(HEADER + i * QRS_BYTES + FIDUCIAL),
  })),
});

/**
 * Marks of the QRS complexes; none if a position is not within the recording, or not after the one before.
 * @param origin the number of the recording's first sample
 * @param samples of the longest lead
 */
export function qrsMarks({ complexes }: Beats, origin: number, samples: number, samplingRate: number): Annotation[] {
  const isPossible = complexes.every(
    ({ fiducial }, i) =>
      fiducial >= origin && fiducial < origin + samples && (i === 0 || fiducial > (complexes[i - 1]?.fiducial ?? 0)),
  );
  if (!isPossible) return [];
  return complexes.map(({ type, fiducial }) => ({
    at: (fiducial - origin) / samplingRate,
    duration: null,
    channel: null,
    code: null,
    text: type === 0 ? 'QRS complex' : `QRS complex, reference beat ${type}`,
  }));
}
