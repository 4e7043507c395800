/** Reads what the PDFs of pictures draw: sizes of pages, and strokes in mm from the upper left corner. */
import { inflateSync } from 'node:zlib';
import type { Point } from './paper.ts';

export interface Stroke {
  /** Red, green and blue, as `#rrggbb`. */
  colour: string;
  lines: Point[][];
}

export interface PdfPage {
  /** mm */
  width: number;
  height: number;
  strokes: Stroke[];
}

const MM = 25.4 / 72;

/** The pages in the order of the file. */
export function readPdf(bytes: ArrayBuffer): PdfPage[] {
  const text = Buffer.from(bytes).toString('latin1');
  const objects = new Map(
    [...text.matchAll(/(\d+) 0 obj\n([^]*?)\nendobj/g)].map(([, id, content]) => [id!, content!] as const),
  );
  return [...objects.values()]
    .filter((content) => /\/Type \/Page\b(?!s)/.test(content))
    .map((content) => {
      const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(content)!.map(Number) as [
        never,
        number,
        number,
      ];
      const stream = objects.get(/\/Contents (\d+) 0 R/.exec(content)![1]!)!;
      const [, packed] = /stream\n([^]*)\nendstream/.exec(stream)!;
      const drawing = inflateSync(Buffer.from(packed!, 'latin1')).toString('latin1');
      return { width: width * MM, height: height * MM, strokes: strokesOf(drawing, height) };
    });
}

/** Follows the operators of paths and transformations (ISO 32000-1, 8.3 to 8.5); only scales and moves are expected. */
function strokesOf(drawing: string, height: number): Stroke[] {
  const strokes: Stroke[] = [];
  const saved: number[][] = [];
  let [a, d, e, f] = [1, 1, 0, 0];
  let colour = '#000000';
  let lines: Point[][] = [];
  const point = (x: number, y: number): Point => [(a * x + e) * MM, (height - (d * y + f)) * MM];
  for (const line of drawing.split('\n')) {
    const words = line.trim().split(/\s+/);
    const operator = words.at(-1);
    const [x = 0, y = 0, z = 0, w = 0, u = 0, v = 0] = words.slice(0, -1).map(Number);
    if (operator === 'q') saved.push([a, d, e, f]);
    else if (operator === 'Q') [a, d, e, f] = saved.pop() as [number, number, number, number];
    else if (operator === 'cm') {
      if (y !== 0 || z !== 0) throw new Error(`unexpected transformation ${line}`);
      [a, d, e, f] = [a * x, d * w, e + a * u, f + d * v];
    } else if (operator === 'm') lines.push([point(x, y)]);
    else if (operator === 'l') lines.at(-1)!.push(point(x, y));
    else if (operator === 'SCN')
      colour = `#${[x, y, z]
        .map((part) =>
          Math.round(part * 255)
            .toString(16)
            .padStart(2, '0'),
        )
        .join('')}`;
    else if (operator === 'S') strokes.push({ colour, lines });
    if (operator === 'S' || operator === 'f' || operator === 'n') lines = [];
  }
  return strokes;
}
