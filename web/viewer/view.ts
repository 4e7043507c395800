/**
 * What the reader sees: the state of the paper and its arithmetic. Pure. Speed and gain are the state; the seconds that
 * are visible follow from them and from the width of the window, so that resizing never changes the paper.
 */
import type { Layout } from '../../src/paper/types.ts';

/** Where the reader is, and how the paper runs. */
export interface View {
  /** Seconds from the start of the recording to the left edge. */
  from: number;
  /** mm per second. */
  speed: number;
  /** mm per millivolt. */
  gain: number;
  /** Whether V1 to V6 are drawn at half the gain. */
  halfGainV: boolean;
  layout: Layout;
}

export const SPEEDS = [12.5, 25, 50] as const;
export const GAINS = [2.5, 5, 10, 20] as const;
export const STANDARD_SPEED = 25;
/** The greatest speed, in mm/s: a sample of 500 Hz is then 4 mm wide. */
const MAX_SPEED = 2_000;

/** The next of the standard values in a direction. @param value need not be one of them */
export function stepped(values: readonly number[], value: number, direction: 1 | -1): number {
  const found =
    direction === 1 ? values.find((one) => one > value * 1.001) : values.findLast((one) => one < value / 1.001);
  return found ?? (direction === 1 ? Math.max(value, values.at(-1) as number) : Math.min(value, values[0] as number));
}

/** The slowest paper: the whole recording fits, or the slowest standard speed if it is short. */
export const leastSpeed = (duration: number, traceMm: number): number =>
  Math.min(SPEEDS[0], duration > 0 ? traceMm / duration : SPEEDS[0]);

export const boundedSpeed = (speed: number, duration: number, traceMm: number): number =>
  Math.min(MAX_SPEED, Math.max(leastSpeed(duration, traceMm), speed));

/** Keeps the window inside the recording. @param seconds that the window shows */
export const boundedFrom = (from: number, seconds: number, duration: number): number =>
  Math.max(0, Math.min(from, duration - seconds));

/**
 * The start of the window after a change of speed that keeps a time where it is.
 * @param time that stays
 * @param pixels from the beginning of the window to the pointer, device pixels (including those of columns before)
 * @param pixelsPerSecond after the change
 */
export const fromKeeping = (time: number, pixels: number, pixelsPerSecond: number): number =>
  time - pixels / pixelsPerSecond;

/**
 * Device pixels per millimetre. A screen that was measured is true to scale; otherwise as large as ten seconds in 3×4
 * fit at the usual speed, within bounds. It is chosen when the page is opened, and does not follow the window.
 * @param room for the paper, CSS pixels
 */
export function screenScale(room: { width: number; height: number }, measured: number | null, ratio: number): number {
  if (measured !== null) return measured * ratio;
  const fits = Math.min((room.width - PULSE_ROOM_PX) / TEN_SECONDS_MM, room.height / FOUR_ROWS_MM);
  const fitting = Math.min(8, Math.max(3.4, fits));
  // Large boxes are a whole number of device pixels.
  return Math.floor(fitting * LARGE_BOX * ratio) / LARGE_BOX;
}
const PULSE_ROOM_PX = 56;
/** With the gaps between the columns. */
const TEN_SECONDS_MM = 257;
const FOUR_ROWS_MM = 150;
const LARGE_BOX = 5;
