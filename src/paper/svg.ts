/** Writes a scene as SVG whose unit is the millimetre. Pure: the same scene always gives the same text. */
import { HALO, INK, type Item, type Scene } from './scene.ts';
import type { Line } from './trace.ts';

/** The font that is drawn where it is installed; the widths of texts are those of this font. */
export const FONT = 'DejaVu Sans';

/** Writes a scene. */
export function drawSvg({ width, height, title, items }: Scene): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(width)}mm" height="${mm(height)}mm" ` +
      `viewBox="0 0 ${mm(width)} ${mm(height)}" font-family="${FONT}, Verdana, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${mm(width)}" height="${mm(height)}" fill="${INK.paper}"/>`,
    ...items.map(element),
    '</svg>',
  ].join('\n');
}

function element(item: Item): string {
  if (item.kind === 'lines') {
    const dash = item.dash === undefined ? '' : ` stroke-dasharray="${item.dash}"`;
    return (
      `<path class="${item.name}" d="${item.lines.map(path).join('')}" fill="none" stroke="${item.colour}" ` +
      `stroke-width="${item.thickness}" stroke-linejoin="round" stroke-linecap="round"${dash}/>`
    );
  }
  if (item.kind === 'area') return `<path class="${item.name}" d="${path(item.corners)}Z" fill="${item.colour}"/>`;
  const { x, y, text, size, colour, anchor = 'start', isBold, hasHalo, name } = item;
  return (
    `<text class="${name}" x="${mm(x)}" y="${mm(y)}" font-size="${size}" fill="${colour}"` +
    (anchor === 'start' ? '' : ` text-anchor="${anchor}"`) +
    (isBold ? ' font-weight="bold"' : '') +
    (hasHalo ? ` stroke="${INK.paper}" stroke-width="${2 * HALO}" stroke-linejoin="round" paint-order="stroke"` : '') +
    `>${escaped(text)}</text>`
  );
}

/** Level and upright parts are written in short form; a line without length is a dot. */
function path(line: Line): string {
  let x = mm(line[0] as number);
  let y = mm(line[1] as number);
  let text = `M${x} ${y}`;
  let isDot = true;
  for (let i = 2; i < line.length; i += 2) {
    const toX = mm(line[i] as number);
    const toY = mm(line[i + 1] as number);
    if (toX === x && toY === y) continue;
    text += toY === y ? `H${toX}` : toX === x ? `V${toY}` : `L${toX} ${toY}`;
    isDot = false;
    x = toX;
    y = toY;
  }
  return isDot ? `${text}h0` : text;
}

/** Hundredths of a millimetre. */
const mm = (length: number): number => Math.round(length * 100) / 100;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text between tags; control characters are not allowed in XML. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] as string)
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
