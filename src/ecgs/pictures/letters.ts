/**
 * Letters that the font of PNG and PDF lacks, such as those of Chinese, Japanese and Korean: each is drawn as a box,
 * and the picture says what the boxes are. (SVG is drawn with the fonts of the reader.)
 */
import { readFileSync } from 'node:fs';
import { BORDER } from '../../paper/plan.ts';
import { INK, type Item, type Scene } from '../../paper/scene.ts';
import { BOLD_FONT, REGULAR_FONT } from './fonts.ts';

const BOX = '□';
const EXPLAINED = `${BOX} stands for a letter that this picture cannot show. The SVG of the same recording shows it.`;
/** Size of that sentence and the distance of its base line from the lower edge, in mm. */
const SIZE = 2.2;
const FROM_EDGE = 1;

/** Characters that draw nothing by themselves. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Z}]/u;

/** First and last character of a range, as code points. */
type Range = readonly [first: number, last: number];

/** Knows the letters of the font. */
export class Letters {
  readonly #regular = rangesOf(readFileSync(REGULAR_FONT));
  readonly #bold = rangesOf(readFileSync(BOLD_FONT));

  /** The scene with a box for each missing letter. */
  legible(scene: Scene): Scene {
    const items = scene.items.map((item) => this.#item(item));
    if (items.every((item, i) => item === scene.items[i])) return scene;
    const note = { x: BORDER, y: scene.height - FROM_EDGE, text: EXPLAINED, size: SIZE, colour: INK.text };
    return { ...scene, items: [...items, { kind: 'text', name: 'text', ...note }] };
  }

  #item(item: Item): Item {
    if (item.kind !== 'text') return item;
    const ranges = item.isBold ? this.#bold : this.#regular;
    const text = Array.from(item.text, (letter) =>
      isIn(ranges, letter) || INVISIBLE.test(letter) ? letter : BOX,
    ).join('');
    return text === item.text ? item : { ...item, text };
  }
}

function isIn(ranges: readonly Range[], letter: string): boolean {
  const code = letter.codePointAt(0) as number;
  return ranges.some(([first, last]) => code >= first && code <= last);
}

/** OpenType, `cmap`: its table of format 12 has all characters of the font, in groups of successive ones. */
const TABLES = 12;
const TABLE_BYTES = 16;
const SUBTABLES = 4;
const SUBTABLE_BYTES = 8;
const GROUPS = 16;
const GROUP_BYTES = 12;

/** The characters that a font has. */
function rangesOf(font: Buffer): Range[] {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => TABLES + i * TABLE_BYTES);
  const table = tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap');
  if (table === undefined) throw new Error('the font has no table of characters');
  const cmap = font.readUInt32BE(table + 8);
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, i) => cmap + SUBTABLES + i * SUBTABLE_BYTES,
  );
  const full = subtables.map((at) => cmap + font.readUInt32BE(at + 4)).find((at) => font.readUInt16BE(at) === 12);
  if (full === undefined) throw new Error('the font has no table of all characters');
  return Array.from({ length: font.readUInt32BE(full + GROUPS - 4) }, (_, i) => {
    const at = full + GROUPS + i * GROUP_BYTES;
    return [font.readUInt32BE(at), font.readUInt32BE(at + 4)];
  });
}
