/** Every language says everything: same keys, same placeholders, something for each error. */
import { expect } from 'chai';
import { catalogue } from '../../../src/errors.ts';
import { en } from '../../../web/text/en.ts';
import { enPages } from '../../../web/text/en-pages.ts';
import { enReading } from '../../../web/text/en-reading.ts';
import { enPanels } from '../../../web/text/en-panels.ts';
import { ptPages } from '../../../web/text/pt-pages.ts';
import { ptPanels } from '../../../web/text/pt-panels.ts';
import { ptReading } from '../../../web/text/pt-reading.ts';
import { ptProblems } from '../../../web/text/pt-problems.ts';
import { pt } from '../../../web/text/pt.ts';

/** Words that are the same in both languages. */
const SAME = /^[\W\d]*$|^(Leadwire|API|ECG|PDF|PNG|SVG|CSV|WFDB|QTc?.*|RR|PR|QRS|Bazett|Fridericia|Framingham|Hodges)$/;

type Text = string | ((...values: never[]) => string);

/** Every text with its place, such as `menu.recordings`. */
function* textsIn(value: unknown, path: string): Generator<[string, Text]> {
  if (typeof value === 'string' || typeof value === 'function') yield [path, value as Text];
  else for (const [key, inner] of Object.entries(value as object)) yield* textsIn(inner, path ? `${path}.${key}` : key);
}

describe('the texts in Portuguese', () => {
  const english = new Map(textsIn({ ...en, pages: enPages, panels: enPanels, reading: enReading }, ''));
  const portuguese = new Map(textsIn({ ...pt, pages: ptPages, panels: ptPanels, reading: ptReading }, ''));

  it('has the keys of the English ones and no others', () => {
    expect([...portuguese.keys()].toSorted()).to.deep.equal([...english.keys()].toSorted());
  });

  it('are functions of the same values', () => {
    for (const [path, text] of english) {
      const other = portuguese.get(path);
      const arity = (one: Text | undefined): number => (typeof one === 'function' ? one.length : -1);
      expect(arity(other), path).to.equal(arity(text));
    }
  });

  it('are translated', () => {
    const same = [...english].filter(
      ([path, text]) => typeof text === 'string' && !SAME.test(text) && portuguese.get(path) === text,
    );
    // Some words are the same in both languages; most are not.
    expect(same.length, same.map(([path]) => path).join(', ')).to.be.lessThan(english.size / 10);
  });

  it('name each format whose title is more than a name in their own words', () => {
    for (const [id, title] of Object.entries(en.formats))
      expect((pt.formats as Record<string, string>)[id], id).not.to.equal(title);
  });

  it('say something for each error of the service', () => {
    for (const { code } of catalogue()) expect(ptProblems[code], code).to.match(/^\p{Lu}.+\.$/u);
  });
});
