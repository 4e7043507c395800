/** Takes interleaved samples of several channels apart. */
import { GATHER, stageOf, viewAt } from './kernel.ts';

/** Samples of all channels that are taken apart at once. */
export const MAX_INTERLEAVED = 262_144;

/**
 * Copies the samples of each channel to its target, as many as the target has room for.
 * @param frames whole frames, one sample of each channel in turn; at most `MAX_INTERLEAVED` samples
 * @param targets one for each channel, all of the same length
 * @returns the sum of each channel's samples, modulo 2^32
 */
export function takeApart(frames: Int16Array, targets: readonly Int16Array[]): number[] {
  const stage = stageOf('int16', frames.length);
  stage.set(frames);
  return targets.map((target, channel) => {
    const sum = GATHER.int16(stage.byteOffset + 2 * channel, targets.length, target.length, GATHER.at);
    target.set(viewAt('int16', GATHER.at, target.length));
    return sum;
  });
}
