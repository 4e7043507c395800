/** How encoders read samples: channels side by side, frame after frame. */
import type { Samples } from '../../signal/samples.ts';

/** A channel that is read beside others: so many of its samples belong to one frame. */
export interface Lane {
  /** Its number in the recording that is written. */
  channel: number;
  perFrame: number;
}

/** Successive frames. The samples are valid until the next frames are asked for. */
export interface Frames {
  count: number;
  /** By lane: its samples in these frames, in runs that each have a type of their own. Fewer, or none, where the channel has ended. */
  runs: Samples[][];
}

/**
 * Reads channels from their first sample on, at one pace, to the end of the longest. Each channel can be read once.
 * @param most frames that come at a time; one frame of all lanes has at most some megabytes
 */
export type ReadFrames = (lanes: readonly Lane[], most: number) => AsyncIterable<Frames>;

/** Samples that come at a time where one channel is read alone. */
const RUN = 65_536;

/** The samples of one channel, run after run. */
export async function* runsOf(read: ReadFrames, channel: number): AsyncGenerator<Samples, void, void> {
  for await (const { runs } of read([{ channel, perFrame: 1 }], RUN)) yield* runs[0] ?? [];
}

/** Reads what is in memory. @param channels the samples of each */
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
