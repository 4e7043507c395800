/**
 * The labels of strips: above the trace at its beginning, and never where the trace or a mark is if there is another
 * place.
 */
import { LEAST_COLUMN } from './plan.ts';
import { isToScale } from './scale.ts';
import { INK, type Item } from './scene.ts';
import { textWidth } from './text.ts';
import type { Trace } from './trace.ts';
import type { PaperChannel, Row, Strip } from './types.ts';

const SIZE = 3.2;
/** Height of capital letters, as a part of the size. */
const CAPITALS = 0.75;
/** Between the label and the trace. */
const AIR = 0.5;

/**
 * @param channel undefined if the recording has none for this strip
 * @param trace of the strip @param marks drawn at the strip
 */
export function labelItems(
  strip: Strip,
  row: Row,
  channel: PaperChannel | undefined,
  trace: Trace | undefined,
  marks: readonly Item[],
): Item[] {
  const text = labelText(strip, channel);
  const place = labelPlace(strip, row, textWidth(text, SIZE, true), trace, marks.map(boxOf));
  const colour = channel ? INK.text : INK.faint;
  return [{ kind: 'text', name: 'label', ...place, text, size: SIZE, colour, isBold: true, hasHalo: true }];
}

/**
 * A lead that is calculated is marked; a unit other than a voltage is named. Which channels are not to scale is said
 * once, below the rows. What is too long for the strip is cut off.
 */
function labelText({ label, width }: Strip, channel: PaperChannel | undefined): string {
  const hasUnit = channel && !isToScale(channel) && channel.unit !== null && channel.unit !== '';
  const remark = channel ? (channel.isCalculated ? 'calc.' : hasUnit ? channel.unit : null) : 'not recorded';
  const text = remark === null ? label : `${label} (${remark})`;
  const room = Math.max(width, LEAST_COLUMN) - 2;
  if (textWidth(text, SIZE, true) <= room) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, SIZE, true) > room) letters.pop();
  return `${letters.join('')}…`;
}

/** Left, right, top and bottom. */
type Box = readonly [left: number, right: number, top: number, bottom: number];

function boxOf(item: Item): Box {
  if (item.kind === 'text') {
    const width = textWidth(item.text, item.size, item.isBold);
    const left = item.anchor === 'middle' ? item.x - width / 2 : item.x;
    return [left, left + width, item.y - item.size * CAPITALS, item.y];
  }
  const places = item.kind === 'lines' ? item.lines.flat() : item.corners;
  const [xs, ys] = [0, 1].map((part) => places.filter((_, i) => i % 2 === part)) as [number[], number[]];
  return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
}

/** The base line of the label, at the first place where neither the trace nor a mark is. */
function labelPlace(
  strip: Strip,
  { top, bottom }: Row,
  width: number,
  trace: Trace | undefined,
  marks: readonly Box[],
): { x: number; y: number } {
  const height = SIZE * CAPITALS;
  const highest = top + height + 0.7;
  const usual = { x: strip.x + 1, y: highest };
  if (!trace) return usual;
  for (const shift of [0, 4, 8, 12, 16]) {
    const x = strip.x + 1 + shift;
    if (shift > 0 && x + width > strip.x + strip.width) break;
    const { least, greatest } = reach(trace, x - AIR, x + width + AIR);
    const isFree = (y: number): boolean =>
      !marks.some(
        ([left, right, above, below]) => right > x - AIR && left < x + width + AIR && below > y - height && above < y,
      );
    if (highest + AIR <= least && isFree(highest)) return { x, y: highest };
    const lowest = greatest + AIR + height;
    if (lowest <= bottom - 0.5 && isFree(lowest)) return { x, y: lowest };
  }
  return usual;
}

/** The highest and the lowest place of a trace between two others, as positions. */
function reach({ lines }: Trace, from: number, to: number): { least: number; greatest: number } {
  let least = Infinity;
  let greatest = -Infinity;
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = [line[i] as number, line[i + 1] as number];
      // The line to the next point may cross the place although neither end is in it.
      const [nextX = x, nextY = y] = [line[i + 2], line[i + 3]];
      if (x > to || nextX < from) continue;
      least = Math.min(least, y, nextY);
      greatest = Math.max(greatest, y, nextY);
    }
  }
  return { least, greatest };
}
