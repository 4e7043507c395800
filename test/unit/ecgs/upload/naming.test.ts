/** How a body that names uploads is told from a recording, however it is cut into pieces. */
import { expect } from 'chai';
import { namedUploads } from '../../../../src/ecgs/upload/naming.ts';
import { uniform } from '../../../support/signals.ts';

const ID = '665f1c2ab7e4d1a2c3b4d5e6';

interface Sent {
  body: AsyncGenerator<Uint8Array, void, void>;
  /** Bytes that have been read of it. */
  read: () => number;
}

/** A body in pieces of these lengths. */
function sent(text: string | Buffer, lengths: () => number): Sent {
  const bytes = Buffer.from(text as string);
  let at = 0;
  async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + lengths());
      at += piece.length;
      yield piece;
    }
  }
  return { body: pieces(), read: () => at };
}

async function joined(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a JSON body', () => {
  const random = uniform(3);
  const some = (most: number) => () => 1 + Math.floor(random() * most);

  it('that names uploads is read, in pieces of any size', async () => {
    const text = `\ufeff\n { "notes": "€ at rest", "gain": 2, "uploads": ["${ID}"] }`;
    for (const most of [1, 2, 5, 1_000])
      expect(await namedUploads(sent(text, some(most)).body, NaN)).to.deep.equal({
        uploads: [ID],
        said: { notes: '€ at rest', gain: 2 },
      });
  });

  it('of another kind is passed on unchanged', async () => {
    for (const text of [
      '',
      ' ',
      '{}',
      '[]',
      'null',
      '"uploads"',
      '{"uploads"',
      `{"leads":[],"uploads":["${ID}"]}`,
      `{"uploads":["${ID}"],"leads":[{"name":"II","signal":[${'1,-1,'.repeat(30_000)}0]}]}`,
      `{"notes":"${'x'.repeat(70_000)}","uploads":["${ID}"]}`,
    ])
      for (const most of [3, 50_000]) {
        const found = await namedUploads(sent(text, some(most)).body, NaN);
        expect('uploads' in found).to.equal(false);
        expect(await joined(found as AsyncIterable<Uint8Array>)).to.equal(text);
      }
  });

  it('that is clearly a recording is not held back', async () => {
    for (const [text, most] of [
      ['[1,2,3]'.padEnd(50_000), 1],
      ['nonsense'.padEnd(50_000), 1],
      ['{"leads":['.padEnd(50_000), 32],
    ] as const) {
      const { body, read } = sent(text, () => 1);
      await namedUploads(body, NaN);
      expect(read(), text.slice(0, 10)).to.be.at.most(most);
    }
    const { body, read } = sent('{"uploads":[]}', () => 1);
    expect(await namedUploads(body, 65_537)).to.equal(body);
    expect(read()).to.equal(0);
  });
});
