/** What belongs to one strip or row: the trace, its calibration pulse, and marks where signal is missing or cut off. */
import { TRACE_LEFT } from './plan.ts';
import { hatching, INK, type Item } from './scene.ts';
import type { Trace } from './trace.ts';
import type { Row, Strip } from './types.ts';

/** Thickness of traces. */
const THICKNESS = 0.25;
/** The pulse: its width in seconds at any speed, the width of its second step, and its distance to the row. */
const PULSE_SECONDS = 0.2;
const STEP = 2;
const PULSE_LEAD = 2;

/** The lines of a trace. */
export const traceItem = ({ lines }: Trace): Item => ({
  kind: 'lines',
  name: 'trace',
  lines,
  colour: INK.trace,
  thickness: THICKNESS,
});

/** 1 mV high and 0.2 s wide, with a second step if the V leads have another gain. Without a scale: the zero line. */
export function pulseItems({ y, pulses }: Row, speed: number): Item[] {
  const wide = PULSE_SECONDS * speed;
  const [gain, gainV] = pulses;
  const from = TRACE_LEFT - PULSE_LEAD - wide - 1 - (gainV === undefined ? 0 : STEP);
  const end = TRACE_LEFT - PULSE_LEAD;
  const line = [from - 1, y, from, y];
  if (gain !== undefined) line.push(from, y - gain, from + wide, y - gain);
  if (gainV !== undefined) line.push(from + wide, y - gainV, from + wide + STEP, y - gainV);
  if (gain !== undefined) line.push(end - 1, y);
  line.push(end, y);
  const item: Item = { kind: 'lines', name: 'pulse', lines: [line], colour: INK.trace, thickness: THICKNESS };
  if (gainV === undefined) return [item];
  const text = `V ${gainV} mm/mV`;
  return [
    item,
    { kind: 'text', name: 'pulse-text', x: from - 1, y: y + 3, text, size: 1.8, colour: INK.text, hasHalo: true },
  ];
}

/** Missing signal is hatched. */
export function gapItems({ gaps }: Trace, { clipTop, clipBottom, y }: Strip): Item[] {
  const [top, bottom] = [Math.max(clipTop, y - 5), Math.min(clipBottom, y + 5)];
  return gaps.flatMap(({ from, to }): Item[] => [
    { kind: 'lines', name: 'gap', lines: hatching(from, to, top, bottom), colour: INK.gap, thickness: 0.15 },
    ...(to - from < 16
      ? []
      : [
          {
            kind: 'text',
            name: 'gap-text',
            x: (from + to) / 2,
            y: y + 1,
            text: 'no signal',
            size: 2.6,
            colour: INK.faint,
            anchor: 'middle',
            hasHalo: true,
          } as const,
        ]),
  ]);
}

/** A trace that leaves its row is marked at the place. */
export function outsideItems({ outside }: Trace, { clipTop, clipBottom, x, width }: Strip): Item[] {
  return outside.flatMap(({ from, to, isAbove }, i): Item[] => {
    const y = isAbove ? clipTop : clipBottom;
    const tip = isAbove ? y - 1.2 : y + 1.2;
    const middle = (from + to) / 2;
    const items: Item[] = [
      { kind: 'lines', name: 'outside', lines: [[from, y, to, y]], colour: INK.tick, thickness: 0.5 },
      {
        kind: 'area',
        name: 'outside-mark',
        corners: [middle - 0.9, y, middle + 0.9, y, middle, tip],
        colour: INK.tick,
      },
    ];
    // In words once a strip: at every beat they would hide the trace.
    if (outside.findIndex((one) => one.isAbove === isAbove) < i) return items;
    const isBeside = to + 18 < x + width;
    const at = isBeside ? to + 1 : from - 1;
    items.push({
      kind: 'text',
      name: 'outside-text',
      x: at,
      y: isAbove ? y + 2 : y - 0.3,
      text: 'out of range',
      size: 2.2,
      colour: INK.tick,
      anchor: isBeside ? 'start' : 'end',
      hasHalo: true,
    });
    return items;
  });
}
