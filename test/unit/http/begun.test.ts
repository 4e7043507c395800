/** The beginning of an answer that is made before it is sent. */
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { begun } from '../../../src/http/begun.ts';

const destroyed = async (stream: Readable): Promise<void> => {
  await new Promise((resolve) => {
    stream.once('close', resolve).destroy();
  });
};

const allOf = async (all: AsyncIterable<string>): Promise<string[]> => {
  const found: string[] = [];
  for await (const piece of all) found.push(piece);
  return found;
};

describe('an answer whose first piece has been made', () => {
  let log: string[];
  async function* pieces(count: number): AsyncGenerator<string> {
    try {
      for (let i = 0; i < count; i++) {
        log.push(`made ${i}`);
        yield `${i}`;
      }
    } finally {
      log.push('closed');
    }
  }

  beforeEach(() => {
    log = [];
  });

  it('has all pieces, and makes each when it is requested', async () => {
    const all = await begun(pieces(3));
    expect(log).to.deep.equal(['made 0']);
    expect(await allOf(all)).to.deep.equal(['0', '1', '2']);
    expect(log).to.deep.equal(['made 0', 'made 1', 'made 2', 'closed']);
    expect(await allOf(await begun(pieces(0)))).to.deep.equal([]);
  });

  it('is closed if no piece of it is requested', async () => {
    await destroyed(Readable.from(await begun(pieces(3))));
    expect(log).to.deep.equal(['made 0', 'closed']);
  });

  it('is closed if it is given up half-way', async () => {
    for await (const piece of await begun(pieces(3))) if (piece === '1') break;
    expect(log).to.deep.equal(['made 0', 'made 1', 'closed']);
  });

  it('is not begun if its first piece cannot be made', async () => {
    const failing: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the first')) }),
    };
    const failure = await begun(failing).catch((error: Error) => error);
    expect(failure).to.have.property('message', 'the first');
  });

  it('fails where a later piece cannot be made', async () => {
    const failing = (async function* (): AsyncGenerator<string> {
      yield '0';
      throw new Error('the second');
    })();
    const all = await begun(failing);
    const failure = await allOf(all).catch((error: Error) => error);
    expect(failure).to.have.property('message', 'the second');
  });
});
