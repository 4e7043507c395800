/** The limits of a multipart body. */
import { expect } from 'chai';
import type { Problem } from '../../../src/errors.ts';
import { multipartParts } from '../../../src/http/multipart.ts';
import { multipart } from '../../support/multipart.ts';

/** The names of the parts of a form with this boundary, or the problem with it. */
async function read(boundary: string, file = 'a.dat', maxParts = 10): Promise<string[] | Problem> {
  const { raw, headers } = multipart(
    [
      { file, bytes: Buffer.from('x') },
      { field: 'id', value: 'y' },
    ],
    boundary,
  );
  const body = (async function* () {
    yield raw;
  })();
  const names: string[] = [];
  try {
    for await (const { name, bytes } of multipartParts(body, headers['Content-Type']!, maxParts)) {
      for await (const _ of bytes);
      names.push(name);
    }
    return names;
  } catch (error) {
    return error as Problem;
  }
}

describe('a multipart body', () => {
  it('may have a boundary as long as RFC 2046 allows, but no longer', async () => {
    expect(await read('b'.repeat(70))).to.deep.equal(['files', 'id']);
    const refused = await read('b'.repeat(71));
    expect(refused).to.include({ code: 'malformed-request' });
    expect((refused as Problem).message).to.contain('has no boundary of at most 70 characters');
  });

  it('may have part headers of 16 KiB, but no longer', async () => {
    // What the headers contain besides the file name: two names of fields and two values.
    const rest = 'Content-Dispositionform-data; name="files"; filename=""Content-Typeapplication/octet-stream'.length;
    expect(await read('b', 'f'.repeat(16_384 - rest))).to.deep.equal(['files', 'id']);
    expect(await read('b', 'f'.repeat(16_385 - rest))).to.include({ code: 'malformed-request' });
  });

  it('may have as many parts as are allowed, but no more', async () => {
    expect(await read('b', 'a.dat', 2)).to.deep.equal(['files', 'id']);
    expect(await read('b', 'a.dat', 1)).to.include({ code: 'body-too-large' });
  });
});
