/** The header Range: which bytes are sent, and when the whole is. */
import { expect } from 'chai';
import Koa from 'koa';
import type { Context } from 'koa';
import { answeredRange, type ByteRange } from '../../../src/http/byte-range.ts';
import { Problem } from '../../../src/errors.ts';

function context(): Context {
  const headers = new Map<string, unknown>();
  const res = {
    headersSent: false,
    statusCode: 200,
    setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), value),
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    hasHeader: (name: string) => headers.has(name.toLowerCase()),
    removeHeader: (name: string) => headers.delete(name.toLowerCase()),
  };
  return new Koa().createContext({ headers: {}, socket: {} } as never, res as never);
}

const asked = (range: string | undefined, length = 100, ifRange?: string): [ByteRange, number, string] => {
  const ctx = context();
  ctx.status = 200;
  ctx.set('ETag', '"tag"');
  const found = answeredRange(ctx, { Range: range, 'If-Range': ifRange }, length);
  return [found, ctx.status, ctx.response.get('Content-Range') ?? ''];
};

describe('a range of bytes', () => {
  it('is the named one, one to the end, or the last bytes', () => {
    expect(asked('bytes=0-9')).to.deep.equal([{ start: 0, end: 10 }, 206, 'bytes 0-9/100']);
    expect(asked('bytes=90-')).to.deep.equal([{ start: 90, end: 100 }, 206, 'bytes 90-99/100']);
    expect(asked('bytes=-7')).to.deep.equal([{ start: 93, end: 100 }, 206, 'bytes 93-99/100']);
    expect(asked('BYTES = 99 - 5000')).to.deep.equal([{ start: 99, end: 100 }, 206, 'bytes 99-99/100']);
    expect(asked('bytes=-500')).to.deep.equal([{ start: 0, end: 100 }, 206, 'bytes 0-99/100']);
  });

  it('is the whole without a header that is understood', () => {
    for (const header of [undefined, '', 'bytes=-', 'bytes=5-4', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b'])
      expect(asked(header), header).to.deep.equal([{ start: 0, end: 100 }, 200, '']);
  });

  it('is the whole if the client has a part of something else', () => {
    expect(asked('bytes=0-9', 100, '"other"')[1]).to.equal(200);
    expect(asked('bytes=0-9', 100, '"tag"')[1]).to.equal(206);
  });

  it('is refused behind the end, with the length', () => {
    for (const [header, length] of [
      ['bytes=100-', 100],
      ['bytes=-0', 100],
      ['bytes=0-', 0],
    ] as const) {
      let refusal: unknown;
      try {
        asked(header, length);
      } catch (error) {
        refusal = error;
      }
      expect(refusal).to.be.instanceOf(Problem);
      expect((refusal as Problem).code).to.equal('range-unsatisfiable');
      expect((refusal as Problem).headers['Content-Range']).to.equal(`bytes */${length}`);
    }
  });
});
