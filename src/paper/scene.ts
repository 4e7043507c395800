/** What a page consists of when everything has its place: lines, areas and texts in mm, in the order of drawing. */
import type { Line } from './trace.ts';

export const INK = {
  paper: '#ffffff',
  small: '#f6d9d5',
  large: '#e5a59d',
  trace: '#14181f',
  text: '#222222',
  faint: '#6b7280',
  zero: '#4a7bb5',
  tick: '#c2410c',
  mark: '#8a2c0d',
  pacing: '#6a1b9a',
  gap: '#9aa3b2',
} as const;

/** Lines of one colour. `name` says what they are: the class of the SVG's element. */
export interface LineItem {
  kind: 'lines';
  name: string;
  lines: readonly Line[];
  colour: string;
  /** mm */
  thickness: number;
  /** Lengths of dashes and of the gaps between them. */
  dash?: number;
}

/** A filled polygon. */
export interface AreaItem {
  kind: 'area';
  name: string;
  corners: Line;
  colour: string;
}

export interface TextItem {
  kind: 'text';
  name: string;
  x: number;
  /** Of the base line. */
  y: number;
  text: string;
  /** mm */
  size: number;
  colour: string;
  isBold?: boolean;
  anchor?: 'start' | 'middle' | 'end';
  /** Whether it is surrounded by the colour of the paper, so that it can be read on lines. */
  hasHalo?: boolean;
}

export type Item = LineItem | AreaItem | TextItem;

export interface Scene {
  /** mm */
  width: number;
  height: number;
  title: string;
  items: Item[];
}

/** Width of the halo on each side of letters, in mm. */
export const HALO = 0.4;

const level = (x: number, to: number, y: number): Line => [x, y, to, y];
const upright = (x: number, y: number, to: number): Line => [x, y, x, to];

/** The lines of the paper: small boxes of 1 mm, large ones of 5. */
export function gridItems({ x, y, width, height }: { x: number; y: number; width: number; height: number }): Item[] {
  const small: Line[] = [];
  const large: Line[] = [];
  for (let i = 0; i <= width; i++) (i % 5 === 0 ? large : small).push(upright(x + i, y, y + height));
  for (let i = 0; i <= height; i++) (i % 5 === 0 ? large : small).push(level(x, x + width, y + i));
  return [
    { kind: 'lines', name: 'small', lines: small, colour: INK.small, thickness: 0.1 },
    { kind: 'lines', name: 'large', lines: large, colour: INK.large, thickness: 0.2 },
  ];
}

/** Oblique lines in a rectangle, 2 mm apart. */
export function hatching(from: number, to: number, top: number, bottom: number): Line[] {
  const lines: Line[] = [];
  const height = bottom - top;
  for (let x = from - height + 1; x < to; x += 2) {
    const begin = Math.max(from, x);
    const end = Math.min(to, x + height);
    if (end > begin) lines.push([begin, bottom - (begin - x), end, bottom - (end - x)]);
  }
  return lines;
}
