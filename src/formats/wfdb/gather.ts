/** Copies the samples of one signal out of frames of several. */
import type { Unpacked } from './sample-formats.ts';

/**
 * Copies one signal's samples out of the frames and replaces the format's missing marker by ours. @returns the sum of
 * the original values, modulo 2^32
 */
export function gather(
  source: Unpacked,
  from: number,
  stride: number,
  perFrame: number,
  target: Unpacked,
  length: number,
  missing: number,
  marker: number,
): number {
  let sum = 0;
  if (perFrame === 1) {
    for (let i = 0, at = from; i < length; i++, at += stride) {
      const value = source[at] as number;
      sum = (sum + value) | 0;
      target[i] = value === missing ? marker : value;
    }
    return sum;
  }
  for (let i = 0, frame = from; i < length; frame += stride) {
    for (let at = frame; at < frame + perFrame; at++, i++) {
      const value = source[at] as number;
      sum = (sum + value) | 0;
      target[i] = value === missing ? marker : value;
    }
  }
  return sum;
}

/** The same for differences, which have no missing samples. @param before the value before the first */
export function gatherDifferences(
  source: Unpacked,
  from: number,
  stride: number,
  perFrame: number,
  target: Unpacked,
  length: number,
  before: number,
): number {
  let value = before;
  let sum = 0;
  for (let i = 0, frame = from; i < length; frame += stride) {
    for (let at = frame; at < frame + perFrame; at++, i++) {
      value = (value + (source[at] as number)) | 0;
      sum = (sum + value) | 0;
      target[i] = value;
    }
  }
  return sum;
}
