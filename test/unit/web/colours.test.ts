/** The lines on the paper can be told from it and from each other in every theme. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';

const css = readFileSync(new URL('../../../web/style.css', import.meta.url), 'utf8');

/** The values of a variable: light, dark, and of high contrast. */
function coloursOf(name: string): string[] {
  const pair = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css);
  const contrast = new RegExp(`--${name}: (#\\w+);`).exec(css.slice(css.indexOf("[data-theme='contrast']")));
  return [pair?.[1], pair?.[2], contrast?.[1]].map((colour) => colour ?? '');
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replaceAll(/[^#]/g, '$&$&') : hex;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('The colours of the paper', () => {
  const [paper, trace, under] = ['paper', 'trace', 'under'].map(coloursOf) as [string[], string[], string[]];

  for (const [i, theme] of ['light', 'dark', 'contrast'].entries())
    it(`tell an ECG from the paper, and from one that is laid over it: ${theme}`, () => {
      const [ground, line, other] = [paper[i], trace[i], under[i]] as [string, string, string];
      expect(contrastOf(line, ground)).to.be.above(7);
      expect(contrastOf(other, ground)).to.be.above(4.5);
      expect(contrastOf(other, line)).to.be.above(3);
    });
});
