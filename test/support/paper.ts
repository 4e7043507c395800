/** Channels, pages and scenes of ECG paper for tests, and what a drawn path goes through. */
import { type Drawing, drawPage } from '../../src/paper/draw.ts';
import { planSheet, type SheetOptions } from '../../src/paper/plan.ts';
import type { Item, Scene } from '../../src/paper/scene.ts';
import type { PaperChannel, Sheet, Strip } from '../../src/paper/types.ts';
import { CANONICAL_LEADS } from '../../src/signal/leads.ts';

export type Point = [x: number, y: number];

/** A calibrated lead II at 500 Hz. */
export const paperChannel = (change: Partial<PaperChannel> = {}): PaperChannel => ({
  name: 'II',
  lead: 'II',
  samplingRate: 500,
  unit: 'mV',
  calibrated: true,
  ...change,
});

export const twelveLeads = CANONICAL_LEADS.slice(0, 12).map((lead) => paperChannel({ name: lead, lead }));

/** A stacked sheet of ten seconds at 25 mm/s and 10 mm/mV. */
export const USUAL: SheetOptions = { layout: 'stacked', speed: 25, gain: 10, from: 0, to: 10 };

/** Plans and draws the first page. @param values of each channel */
export function drawn(
  channels: readonly PaperChannel[],
  values: readonly (readonly number[])[],
  options: Partial<SheetOptions> = {},
  drawing: Partial<Drawing> = {},
): { sheet: Sheet; scene: Scene } {
  const sheet = planSheet(channels, { ...USUAL, ...options });
  const samples = values.map((some) => ({ first: 0, values: Float64Array.from(some) }));
  const scene = drawPage(sheet.pages[0]!, sheet.speed, channels, samples, {
    title: 'title',
    head: [],
    foot: [],
    crossings: null,
    marks: [],
    recordingEnd: null,
    ...drawing,
  });
  return { sheet, scene };
}

/** The strips of all pages. */
export const stripsOf = ({ pages }: Sheet): Strip[] =>
  pages.flatMap(({ rows }) => rows.flatMap(({ strips }) => strips));

/** The items of a scene with a name. */
export const itemsOf = (scene: Scene, name: string): Item[] => scene.items.filter((item) => item.name === name);

/** The lines of all items with a name, as points. */
export const linesOf = (scene: Scene, name: string): Point[][] =>
  itemsOf(scene, name).flatMap((item) => (item.kind === 'lines' ? item.lines.map((line) => pointsOf(line)) : []));

/** The texts of all items with a name. */
export const textsOf = (scene: Scene, name: string): string[] =>
  itemsOf(scene, name).map((item) => (item.kind === 'text' ? item.text : ''));

export const pointsOf = (line: readonly number[]): Point[] =>
  Array.from({ length: line.length / 2 }, (_, i) => [line[2 * i]!, line[2 * i + 1]!]);

/** The corners of SVG path data of M, L, H, V and h, as unbroken lines. */
export function corners(path: string): Point[][] {
  const lines: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, numbers] of path.matchAll(/([MLHVh])([^MLHVh]*)/g)) {
    const [a, b] = numbers!.trim().split(/[ ,]/).map(Number) as [number, number];
    if (command === 'M' || command === 'L') [x, y] = [a, b];
    else if (command === 'H') x = a;
    else if (command === 'V') y = a;
    else x += a;
    if (command === 'M') lines.push([]);
    lines.at(-1)!.push([x, y]);
  }
  return lines;
}

/** The path data of the elements with a class, in an SVG. */
export const pathsOf = (svg: string, kind: string): string[] =>
  [...svg.matchAll(new RegExp(`<path class="${kind}" d="([^"]*)"`, 'g'))].map((match) => match[1]!);
