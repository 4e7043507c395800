/** Access tokens: what they contain, and which are refused. */
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { ALGORITHM, AUDIENCE, ISSUER, readClaims, signToken, tokenKey } from '../../../src/users/tokens.ts';

const key = tokenKey({ secretKey: 'a key of the tests that is long enough' });
const USER = { id: '665f1c2ab7e4d1a2c3b4d5e6', tokenVersion: 3 };
const NOON = Date.UTC(2030, 0, 1, 12);

describe('tokens', () => {
  it('contain the user, the version of their tokens, their own id and their expiry, but no role', () => {
    const payload = jwt.verify(signToken(key, USER, 3_600, NOON), key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: NOON / 1000,
    }) as jwt.JwtPayload;
    expect(Object.keys(payload).toSorted()).to.deep.equal(['aud', 'exp', 'iat', 'iss', 'jti', 'sub', 'ver']);
    expect(readClaims(payload)).to.deep.equal({
      userId: USER.id,
      tokenId: payload.jti,
      tokenVersion: 3,
      expiresAt: NOON / 1000 + 3_600,
      sessionId: null,
    });
  });

  it('of a session contain its id', () => {
    const payload = jwt.decode(signToken(key, { ...USER, sessionId: 'f'.repeat(24) }, 60)) as jwt.JwtPayload;
    expect(readClaims(payload)?.sessionId).to.equal('f'.repeat(24));
  });

  it('have unique ids', () => {
    const ids = [1, 2].map(() => (jwt.decode(signToken(key, USER, 60)) as jwt.JwtPayload).jti);
    expect(ids[0]).not.to.equal(ids[1]);
  });

  const good = { sub: USER.id, jti: 'x', ver: 0, exp: 1 };
  const strange: [string, Record<string, unknown>][] = [
    ['no end', { ...good, exp: undefined }],
    ['a user that is no id', { ...good, sub: 'admin' }],
    ['a user that is an operator', { ...good, sub: { $ne: null } }],
    ['no id', { ...good, jti: undefined }],
    ['a version that is a text', { ...good, ver: '0' }],
    ['a session that is no text', { ...good, sid: { $ne: null } }],
  ];
  for (const [what, payload] of strange) {
    it(`are refused with ${what}`, () => {
      expect(readClaims(good)).not.to.equal(null);
      expect(readClaims(payload)).to.equal(null);
    });
  }
});
