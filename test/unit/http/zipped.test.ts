/** A zip of files that are made while it is read. */
import { expect } from 'chai';
import { buffer } from 'node:stream/consumers';
import { type ZippedFile, zipped } from '../../../src/http/zipped.ts';
import { eventually } from '../../support/eventually.ts';
import { unzip } from '../../support/zip.ts';

const PIECE = 65_536;

describe('a zip', () => {
  let requested: string[];
  let ended: string[];
  beforeEach(() => {
    requested = [];
    ended = [];
  });

  /** Files of this many pieces; one fails after its first piece. */
  async function* files(pieces: number, failing?: string): AsyncGenerator<ZippedFile, void, void> {
    try {
      for (const name of ['a', 'b', 'c']) {
        requested.push(name);
        yield { name, isDense: true, bytes: bytesOf(name, pieces, failing) };
      }
    } finally {
      ended.push('all');
    }
  }
  async function* bytesOf(name: string, pieces: number, failing?: string): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (let piece = 0; piece < pieces; piece++) {
        if (name === failing && piece === 1) throw new Error(`${name} is damaged`);
        yield Buffer.alloc(PIECE, name);
      }
    } finally {
      ended.push(name);
    }
  }

  it('contains the files whole, one after the other', async () => {
    const found = unzip(await buffer(zipped(files(3))));
    expect([...found.keys()]).to.deep.equal(['a', 'b', 'c']);
    for (const [name, bytes] of found) expect(bytes.equals(Buffer.alloc(3 * PIECE, name)), name).to.equal(true);
    expect(ended).to.deep.equal(['a', 'b', 'c', 'all']);
  });

  it('ends with the error of a file, and requests no further one', async () => {
    const error = await buffer(zipped(files(3, 'b'))).then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).to.equal('b is damaged');
    await eventually('the files are closed', () => ended.includes('all'));
    expect(requested).to.deep.equal(['a', 'b']);
  });

  it('closes its files if nobody reads it any more', async () => {
    const zip = zipped(files(10_000));
    for await (const piece of zip) if ((piece as Uint8Array).length > 0) break;
    await eventually('the files are closed', () => ended.includes('all'));
    expect(requested).to.deep.equal(['a']);
    expect(ended).to.have.members(['a', 'all']);
  });

  it('requests files only as fast as it is read', async () => {
    const zip = zipped(files(100));
    await eventually('it has begun', () => requested.length > 0);
    expect(requested).to.deep.equal(['a']);
    await buffer(zip);
    expect(requested).to.deep.equal(['a', 'b', 'c']);
  });
});
