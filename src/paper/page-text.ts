/** What stands above and below the rows of a page. */
import { BORDER } from './plan.ts';
import { INK, type Item } from './scene.ts';
import { BOTTOM_LINE, LINE_HEIGHT, STRONG_SIZE, TEXT_SIZE, TEXT_TOP, type TextLine } from './text.ts';
import type { Page } from './types.ts';

/** The bar below the rows by which a print can be checked, in mm. */
const CHECK_BAR = 50;

/** Lines above the rows and below them, which fit the width of the sheet. */
export interface PageText {
  head: readonly TextLine[];
  foot: readonly string[];
}

type TextItem = Extract<Item, { kind: 'text' }>;

const text = (x: number, y: number, words: string, more: Partial<TextItem> = {}): TextItem => ({
  kind: 'text',
  name: 'text',
  x,
  y,
  text: words,
  size: TEXT_SIZE,
  colour: INK.text,
  ...more,
});

/** The lines above and below the rows, the page number, and a bar by which a print can be checked. */
export function pageItems(page: Page, { head, foot }: PageText): Item[] {
  const { grid, height, width } = page;
  const below = Math.max(grid.y + grid.height, height - (2 + foot.length * LINE_HEIGHT + BOTTOM_LINE)) + 4.5;
  const bottom = height - 4;
  const right = width - BORDER;
  const left = right - CHECK_BAR;
  return [
    ...head.map((line, i) =>
      text(BORDER, TEXT_TOP + i * LINE_HEIGHT, line.text, line.isStrong ? { isBold: true, size: STRONG_SIZE } : {}),
    ),
    ...foot.map((line, i) => text(BORDER, below + i * LINE_HEIGHT, line)),
    text(BORDER, bottom, `Page ${page.number}/${page.count} · ${figure(page.from)} s to ${figure(page.to)} s`),
    {
      kind: 'lines',
      name: 'check-bar',
      lines: [
        [left, bottom - 1, right, bottom - 1],
        [left, bottom - 2, left, bottom],
        [right, bottom - 2, right, bottom],
      ],
      colour: INK.text,
      thickness: 0.2,
    },
    text(left - 1.5, bottom, '50 mm', { anchor: 'end' }),
  ];
}

/** A number with at most three places. */
export const figure = (value: number): string => String(Number(value.toFixed(3)));
