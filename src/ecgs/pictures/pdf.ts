/** Writes scenes as the pages of a PDF: vector graphics at true scale, with the font embedded. */
import Document from 'pdfkit';
import { HALO, INK, type Item, type Scene, type TextItem } from '../../paper/scene.ts';
import { leftToRight } from './direction.ts';
import { BOLD_FONT, REGULAR_FONT } from './fonts.ts';

/** Points per millimetre. */
const POINTS = 72 / 25.4;

/** Usage: `const pdf = new PdfPages(title)`, `pdf.add(scene)` for every page, `await pdf.finish()`. */
export class PdfPages {
  readonly #document: PDFKit.PDFDocument;
  readonly #chunks: Buffer[] = [];

  constructor(title: string) {
    this.#document = new Document({
      autoFirstPage: false,
      font: REGULAR_FONT,
      info: { Title: title, Producer: 'Leadwire', Creator: 'Leadwire' },
    });
    this.#document.registerFont('regular', REGULAR_FONT).registerFont('bold', BOLD_FONT);
    this.#document.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  add({ width, height, items }: Scene): void {
    this.#document.addPage({ size: [width * POINTS, height * POINTS], margin: 0 }).scale(POINTS);
    for (const item of items) draw(this.#document, item);
  }

  async finish(): Promise<Buffer> {
    const ended = new Promise((resolve) => this.#document.once('end', resolve));
    this.#document.end();
    await ended;
    return Buffer.concat(this.#chunks);
  }
}

function draw(document: PDFKit.PDFDocument, item: Item): void {
  if (item.kind === 'text') return write(document, item);
  if (item.kind === 'area') {
    outline(document, item.corners);
    document.closePath().fill(item.colour);
    return;
  }
  if (item.lines.length === 0) return;
  for (const line of item.lines) outline(document, line);
  document.lineWidth(item.thickness).lineCap('round').lineJoin('round');
  if (item.dash === undefined) document.undash();
  else document.dash(item.dash, { space: item.dash });
  document.stroke(item.colour);
}

function outline(document: PDFKit.PDFDocument, line: readonly number[]): void {
  document.moveTo(mm(line[0] as number), mm(line[1] as number));
  for (let i = 2; i < line.length; i += 2) document.lineTo(mm(line[i] as number), mm(line[i + 1] as number));
}

function write(document: PDFKit.PDFDocument, { x, y, text, size, colour, isBold, anchor, hasHalo }: TextItem): void {
  // Control characters and halves of characters have no glyph.
  const words = text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');
  document.font(isBold ? 'bold' : 'regular').fontSize(size);
  const pieces = leftToRight(words).map((piece) => ({ piece, width: document.widthOfString(piece) }));
  const width = pieces.reduce((sum, one) => sum + one.width, 0);
  const put = (options: { stroke: boolean; fill: boolean }): void => {
    let left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    for (const one of pieces) {
      document.text(one.piece, left, y, { ...options, lineBreak: false, baseline: 'alphabetic' });
      left += one.width;
    }
  };
  if (hasHalo) {
    document
      .undash()
      .lineJoin('round')
      .lineWidth(2 * HALO)
      .strokeColor(INK.paper);
    // Not read aloud, since the text itself follows.
    document.markContent('Artifact');
    put({ stroke: true, fill: false });
    document.endMarkedContent();
  }
  document.fillColor(colour);
  put({ stroke: false, fill: true });
}

/** Hundredths of a millimetre. */
const mm = (length: number): number => Math.round(length * 100) / 100;
