/** The committed fixtures: made by the synthesizer as it is now, counted by a script that shares no code with it. */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { FIXTURES } from '../../../scripts/fixtures.ts';
import { formatOf } from '../../../src/formats/registry.ts';
import { HEAD_BYTES } from '../../../src/formats/types.ts';
import { wfdb } from '../../../src/formats/wfdb/index.ts';
import { summarize } from '../../../src/signal/summarize.ts';
import { decodeFiles } from '../../support/formats.ts';

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

/** Zero crossings of each lead, as our own decoder and kernel count them. */
async function counted(files: ReadonlyMap<string, Buffer>, main: string): Promise<Record<string, number>> {
  const bytes = files.get(main) ?? Buffer.alloc(0);
  const decode = formatOf(bytes.subarray(0, HEAD_BYTES))?.decode;
  if (!decode) throw new Error(`${main} is of no known format`);
  const [whole, ...more] = await decodeFiles(decode, Object.fromEntries(files), main);
  if (!whole || more.length > 0) throw new Error(`${main} holds ${more.length + 1} recordings`);
  return Object.fromEntries(
    whole.recording.channels.map(({ name, zeroLevel }, channel) => [
      name,
      summarize(whole.digits[channel] ?? new Float64Array(), zeroLevel ?? 0).zeroCrossings,
    ]),
  );
}

const committed = (name: string): Buffer => readFileSync(new URL(name, FOLDER));

describe('the fixtures', () => {
  let made: Map<string, Buffer>;
  before(async () => {
    made = new Map((await Promise.all(FIXTURES.map((make) => make()))).flatMap((files) => [...files]));
  });

  const expected = JSON.parse(committed('expected.json').toString()) as Record<string, Record<string, number>>;

  it('are what the synthesizer makes, byte for byte, and small', () => {
    const entries = readdirSync(FOLDER, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(files).to.have.members([...made.keys(), 'README.md', 'expected.json']);
    for (const [name, bytes] of made) {
      expect(bytes.equals(committed(name))).to.equal(true, `${name}: run npm run fixtures, and look at why it changed`);
    }
    expect([...made.values()].reduce((total, { length }) => total + length, 0)).to.be.below(700_000);
  });

  it('are each counted by the independent script', () => {
    expect(Object.keys(expected)).to.have.members([...made.keys()].filter((name) => !/\.(dat|atr)$/.test(name)));
  });

  for (const name of Object.keys(expected).filter((file) => file.endsWith('.json'))) {
    it(`${name} has the crossings that the definition counts, sample by sample`, () => {
      const { leads, zeroLevel = 0 } = JSON.parse(committed(name).toString()) as Recording;
      const found = leads.map((lead) => [lead.name, crossings(lead.signal, zeroLevel)]);
      expect(Object.fromEntries(found)).to.deep.equal(expected[name]);
    });
  }

  for (const name of Object.keys(expected)) {
    it(`${name} has the crossings that the service counts`, async () => {
      const record = name.replace(/\.hea$/, '.');
      const files = new Map([...made].filter(([file]) => file === name || file.startsWith(record)));
      expect(await counted(files, name)).to.deep.equal(expected[name]);
    });
  }

  it('has a WFDB record whose marks are the beats', async () => {
    const files = Object.fromEntries([...made].filter(([name]) => name.startsWith('ecg-2lead-30s.')));
    const [record] = await decodeFiles(wfdb.decode!, files, 'ecg-2lead-30s.hea');
    expect(record?.annotations.filter(({ code }) => code === 'V')).to.have.length(2);
    expect(record?.annotations.filter(({ code }) => code === 'N').length).to.be.within(30, 36);
    expect(summarize(record?.digits[1] ?? new Float64Array(), 1024).missing).to.equal(250);
  });

  it('are each described in their README', () => {
    const readme = committed('README.md').toString();
    for (const name of [...made.keys(), 'expected.json']) expect(readme).to.include(`\`${name}\``);
  });
});
