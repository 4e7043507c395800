/** The committed fixtures: made by the synthesizer as it is now, counted by a script that shares no code with it. */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { FIXTURES } from '../../../scripts/fixtures.ts';

const FOLDER = new URL('../../../fixtures/', import.meta.url);

interface Recording {
  zeroLevel?: number;
  leads: { name: string; signal: (number | null)[] }[];
}

/** The definition, sample by sample. */
function crossings(signal: (number | null)[], zeroLevel: number): number {
  let count = 0;
  let sign = 0;
  for (const value of signal) {
    const next = value === null ? 0 : Math.sign(value - zeroLevel);
    if (next * sign === -1) count++;
    if (next !== 0 || value === null) sign = next;
  }
  return count;
}

describe('the fixtures', () => {
  const names = Object.keys(FIXTURES);

  for (const name of names) {
    it(`${name} is what the synthesizer makes, byte for byte`, () => {
      const made = Buffer.concat([...(FIXTURES[name]?.() ?? [])]);
      expect(made.equals(readFileSync(new URL(name, FOLDER)))).to.equal(true, 'run npm run fixtures, and look at why it changed');
    });
  }

  it('are all there, all counted, and small', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json') && file !== 'expected.json');
    const expected = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8')) as Record<string, Record<string, number>>;
    expect(files.toSorted()).to.deep.equal(names.toSorted());
    expect(Object.keys(expected).toSorted()).to.deep.equal(names.toSorted());
    expect(files.reduce((bytes, file) => bytes + readFileSync(new URL(file, FOLDER)).length, 0)).to.be.below(700_000);
    for (const file of files) {
      const { leads, zeroLevel = 0 } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording;
      expect(Object.fromEntries(leads.map(({ name, signal }) => [name, crossings(signal, zeroLevel)])), file).to.deep.equal(expected[file]);
    }
  });

  it('describes every fixture in its README', () => {
    const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
    for (const name of [...names, 'expected.json']) expect(readme).to.include(`\`${name}\``);
  });
});
