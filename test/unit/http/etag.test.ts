/** Versions as entity tags, and the versions that `If-Match` names. */
import { expect } from 'chai';
import type { Context } from 'koa';
import { Problem } from '../../../src/errors.ts';
import { compressed, etag, ifMatch, uncompressed } from '../../../src/http/etag.ts';

const withIfMatch = (value: string): Context => ({ get: () => value }) as unknown as Context;

describe('entity tags', () => {
  it('convert a version to a tag and back', () => {
    for (const version of [0, 1, 4_711]) expect(ifMatch(withIfMatch(etag(version)))).to.equal(version);
  });

  it('name a version that a digest and an encoding may follow', () => {
    for (const value of ['"3-00ff00ff00ff00ff"', '"3-00ff00ff00ff00ff-br"', '"3-gzip"'])
      expect(ifMatch(withIfMatch(value)), value).to.equal(3);
  });

  it('differ by encoding, unless they are weak', () => {
    for (const encoding of ['br', 'gzip']) {
      expect(compressed('"3-ff"', encoding)).to.equal(`"3-ff-${encoding}"`);
      expect(uncompressed(compressed('"3-ff"', encoding))).to.equal('"3-ff"');
      expect(compressed('W/"3"', encoding)).to.equal('W/"3"');
    }
  });

  it('leave a change unconditional if there is none, or if it is *', () => {
    for (const value of ['', '*']) expect(ifMatch(withIfMatch(value))).to.equal(null);
  });

  it('of another form match no version', () => {
    for (const value of ['W/"1"', '1', '"x"', '"-1"', '"1', '"3x"', '"3-f f"', '"99999999999999999999"', '"1 "'])
      expect(ifMatch(withIfMatch(value)), value).to.equal(-1);
  });

  it('are refused if there are several', () => {
    expect(() => ifMatch(withIfMatch('"1", "2"')))
      .to.throw(Problem)
      .with.property('code', 'malformed-request');
  });
});
