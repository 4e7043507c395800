/** The titles of formats that the web application translates are those of the service. */
import { expect } from 'chai';
import { FORMATS } from '../../../src/formats/registry.ts';
import { en } from '../../../web/text/en.ts';

describe('the titles of formats', () => {
  const translated: Readonly<Record<string, string>> = en.formats;

  it('are the same in the texts of the web application', () => {
    const titles = new Map<string, string>(FORMATS.map(({ id, title }) => [id, title]));
    for (const [id, title] of Object.entries(translated)) expect(titles.get(id), id).to.equal(title);
  });

  it('are there if they contain English words', () => {
    const worded = FORMATS.filter(({ title }) => /\b(?:and|of|waveform)\b/.test(title)).map(({ id }) => id);
    expect(worded).to.have.length(3);
    expect(translated).to.include.all.keys(...worded);
  });
});
