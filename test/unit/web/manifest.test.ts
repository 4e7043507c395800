/** The manifest at the end of an exported zip. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import ZipStream from 'zip-stream';
import { manifestIn } from '../../../web/recordings/bulk/manifest.ts';

async function zipOf(files: Readonly<Record<string, string>>, level: number): Promise<Blob> {
  const zip = new ZipStream({ level });
  const whole = buffer(zip);
  for (const [name, text] of Object.entries(files))
    await new Promise<void>((resolve, reject) => {
      zip.entry(Readable.from([Buffer.from(text)]), { name }, (error) => (error ? reject(error) : resolve()));
    });
  zip.finish();
  return new Blob([new Uint8Array(await whole)]);
}

const FILES = { '1/100.hea': '100 2 360\n', '1/100.dat': 'x'.repeat(100_000), 'manifest.json': '{"done":1}' };

describe('the manifest of an export', () => {
  for (const [how, level] of [
    ['compressed', 6],
    ['stored', 0],
  ] as const)
    it(`is found if the zip is ${how}`, async () => {
      expect(await manifestIn(await zipOf(FILES, level))).to.deep.equal({ done: 1 });
    });

  it('is missing from a zip that is incomplete, or no zip', async () => {
    const zip = await zipOf(FILES, 6);
    expect(await manifestIn(zip.slice(0, zip.size - 30))).to.equal(null);
    expect(await manifestIn(await zipOf({ 'other.json': '{}' }, 6))).to.equal(null);
    expect(await manifestIn(new Blob(['no zip']))).to.equal(null);
  });
});
