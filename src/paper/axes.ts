/** The seconds below rows, and the lines between columns. */
import { INK, type Item } from './scene.ts';
import { textWidth } from './text.ts';
import type { Row, TimeAxis } from './types.ts';
import type { Line } from './trace.ts';

/** Seconds between two numbers: the first of these that is wide enough. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];
const LEAST_STEP = 12;
const SIZE = 2.4;

const written = (seconds: number): string => String(Number(seconds.toFixed(2)));

/** Ticks and numbers: where the column begins, and round numbers after it. @param isLast of its row */
export function axisItems({ x, y, width, from, to }: TimeAxis, speed: number, isLast: boolean): Item[] {
  const step = STEPS.find((one) => one * speed >= LEAST_STEP) ?? 60;
  const places = [from];
  for (let i = Math.floor(from / step) + 1; i * step <= to + 1e-6; i++) places.push(i * step);
  const at = (seconds: number): number => x + (seconds - from) * speed;
  const ticks: Line[] = places.map((seconds) => [at(seconds), y, at(seconds), y + 1]);
  // The number after the first one leaves room for it.
  const first = x + textWidth(`${written(from)} s`, SIZE) + 1;
  const isFree = (seconds: number): boolean => at(seconds) - textWidth(written(seconds), SIZE) / 2 > first;
  const texts = places
    .filter((seconds) => seconds === from || (isFree(seconds) && (isLast || x + width - at(seconds) > 3)))
    .map((seconds, i): Item => {
      const text = written(seconds);
      return {
        kind: 'text',
        name: 'seconds',
        x: at(seconds),
        y: y + 3.6,
        text: i === 0 ? `${text} s` : text,
        size: SIZE,
        colour: INK.faint,
        anchor: i === 0 ? 'start' : 'middle',
        hasHalo: true,
      };
    });
  return [
    { kind: 'lines', name: 'axis', lines: [[x, y, x + width, y], ...ticks], colour: INK.faint, thickness: 0.15 },
    ...texts,
  ];
}

/** Lines between the columns of a row. */
export function separatorItems({ top, bottom, strips }: Row): Item[] {
  const lines = strips.slice(1).map((strip, i): Line => {
    const before = strips[i] as (typeof strips)[number];
    const x = (before.x + before.width + strip.x) / 2;
    return [x, top, x, bottom];
  });
  if (lines.length === 0) return [];
  return [{ kind: 'lines', name: 'separator', lines, colour: INK.faint, thickness: 0.25 }];
}
