/** How encoders read samples: several channels in parallel, frame by frame. */
import type { Samples } from '../../signal/samples.ts';

/** A channel read in parallel with others, and the number of its samples in one frame. */
export interface Lane {
  /** Channel number in the recording being written. */
  channel: number;
  perFrame: number;
}

/** Successive frames. The samples are valid until the next frames are requested. */
export interface Frames {
  count: number;
  /**
   * By lane: its samples in these frames, in runs that may differ in type. Fewer, or none, if the channel has ended.
   */
  runs: Samples[][];
}

/**
 * Reads channels in step, from their first sample to the end of the longest. Each channel can be read once.
 * @param most frames returned at a time; one frame of all lanes has at most a few megabytes
 */
export type ReadFrames = (lanes: readonly Lane[], most: number) => AsyncIterable<Frames>;

/** Samples returned at a time when a single channel is read. */
const RUN = 65_536;

/** The samples of one channel, run by run. */
export async function* runsOf(read: ReadFrames, channel: number): AsyncGenerator<Samples, void, void> {
  for await (const { runs } of read([{ channel, perFrame: 1 }], RUN)) yield* runs[0] ?? [];
}

/** Reads channels that are in memory. @param channels the samples of each */
export const readFrom = (channels: readonly Samples[]): ReadFrames =>
  async function* (lanes, most) {
    const read = lanes.map(({ channel, perFrame }) => ({ samples: channels[channel] ?? new Int16Array(0), perFrame }));
    const frames = Math.max(0, ...read.map(({ samples, perFrame }) => Math.ceil(samples.length / perFrame)));
    for (let from = 0; from < frames; from += most) {
      const to = Math.min(frames, from + most);
      const runs = read.map(({ samples, perFrame }) => [samples.subarray(from * perFrame, to * perFrame)]);
      yield { count: to - from, runs };
    }
  };
