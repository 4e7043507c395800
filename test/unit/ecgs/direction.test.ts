/** Words from right to left in PDFs, compared with what browsers and resvg draw of the same lines. */
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { leftToRight } from '../../../src/ecgs/pictures/direction.ts';
import { PdfPages } from '../../../src/ecgs/pictures/pdf.ts';

describe('a line with words from right to left', () => {
  it('has them in the order of the page, with numbers and what is between them', () => {
    expect(leftToRight('שלום כהן')).to.deep.equal(['כהן', ' ', 'שלום']);
    expect(leftToRight('محمد علي 12.5')).to.deep.equal(['12.5', ' ', 'علي', ' ', 'محمد']);
    expect(leftToRight('קָמָץ')).to.deep.equal(['קָמָץ']);
  });

  it('turns brackets between them, and leaves everything else where it is', () => {
    expect(leftToRight('א (ב) ג').join('')).to.equal('ג (ב) א');
    expect(leftToRight('Dr. שלום Cohen (בן)')).to.deep.equal(['Dr. ', 'שלום', ' Cohen (', 'בן', ')']);
    expect(leftToRight('id 12 · born 1980')).to.deep.equal(['id 12 · born 1980']);
    expect(leftToRight('12 · שלום')).to.deep.equal(['12 · ', 'שלום']);
  });

  it('is drawn so in a PDF: the word that is read first begins where the others end', async () => {
    const pdf = new PdfPages('direction');
    const line = { kind: 'text', name: 'text', x: 5, y: 10, text: 'שלום בן', size: 3, colour: '#000000' } as const;
    pdf.add({ title: '', width: 100, height: 20, items: [line] });
    const text = (await pdf.finish()).toString('latin1');
    const [, packed = ''] = /FlateDecode\n>>\nstream\n([^]*?)\nendstream/.exec(text) ?? [];
    const drawing = inflateSync(Buffer.from(packed, 'latin1')).toString('latin1');
    const pieces = [...drawing.matchAll(/1 0 0 1 ([\d.]+) [\d.]+ Tm\n[^[]*\[<([\da-f]+)>/g)];
    expect(pieces.map(([, , glyphs = '']) => glyphs.length / 4)).to.deep.equal([2, 1, 4]);
    const places = pieces.map(([, x]) => Number(x));
    expect(places[0]).to.equal(5);
    expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
  });
});
