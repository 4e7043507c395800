/** Letters that the font of PNG and PDF lacks. */
import { expect } from 'chai';
import { Letters } from '../../../src/ecgs/pictures/letters.ts';
import { pngOf } from '../../../src/ecgs/pictures/png.ts';
import type { Scene } from '../../../src/paper/scene.ts';
import { drawn, paperChannel, textsOf } from '../../support/paper.ts';

const letters = new Letters();
const sceneOf = (name: string, isStrong = true): Scene =>
  drawn([paperChannel()], [[0, 0]], { to: 2, head: 12 }, { head: [{ text: name, isStrong }] }).scene;
const png = (scene: Scene): string => pngOf(scene, 60).toString('base64');
const texts = (scene: Scene): string[] => textsOf(scene, 'text');

describe('a letter that the font lacks', () => {
  for (const [name, shown] of [
    ['王小明', '□□□'],
    ['山田 Taro', '□□ Taro'],
    ['김 (Kim)', '□ (Kim)'],
    ['𠮷野', '□□'],
    ['\u{31350}\u{F0000}', '□□'],
  ] as const) {
    it(`is a box in ${name}, and the picture says what the box is`, () => {
      const [before, after] = [texts(sceneOf(name)), texts(letters.legible(sceneOf(name)))];
      expect(before).to.include(name);
      expect(after).to.include(shown).and.not.include(name);
      expect(after.at(-1)).to.match(/^□ stands for a letter that this picture cannot show/);
      expect(after).to.have.length(before.length + 1);
    });
  }

  it('is not found in names that the font can write', () => {
    for (const isStrong of [true, false])
      for (const name of ['Jürgen Ñandú', 'Σωκράτης', 'Дмитрий', 'José da Conceição', 'Łukasz · µV □', 'e\u0301']) {
        const scene = sceneOf(name, isStrong);
        expect(letters.legible(scene), name).to.equal(scene);
      }
  });

  it('is drawn the same as the box in PNG', () => {
    const [replaced, written] = [letters.legible(sceneOf('王')), sceneOf('□')];
    const note = replaced.items.at(-1)!;
    expect(png(replaced)).to.equal(png({ ...written, items: [...written.items, note] }));
  });
});
