/** Users and their e-mail addresses in requests, and the search for users. */
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { Login, NewUser, UserPatch, userListQuery } from '../../../src/users/schema.ts';
import { searchWords, wordPrefixes } from '../../../src/text/search-words.ts';

const user = { email: 'ana@clinic.example', fullName: 'Ana Lima', role: 'clinician' };
const { limits } = readConfig(
  { LOAD_DEMO: 'false', SECRET_KEY: 'x'.repeat(32), FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10) },
  () => {
    throw new Error('not asked for');
  },
);

describe('e-mail addresses', () => {
  it('are trimmed, in lower case and in one Unicode form', () => {
    const email = '  Jose\u0301.LIMA@Clinic.Example\n';
    expect(NewUser.parse({ ...user, email }).email).to.equal('jos\u00E9.lima@clinic.example');
    expect(Login.parse({ email, password: 'x' }).email).to.equal('jos\u00E9.lima@clinic.example');
    expect(UserPatch.parse({ email }).email).to.equal('jos\u00E9.lima@clinic.example');
  });

  for (const email of [
    '',
    'ana',
    '@clinic.example',
    'ana@',
    'a@b@c',
    'ana lima@clinic.example',
    'ana\u0000@clinic.example',
    `${'a'.repeat(250)}@b.cd`,
    { $ne: null },
    ['ana@clinic.example'],
    null,
    5,
  ]) {
    it(`are not ${JSON.stringify(email).slice(0, 30)}`, () => {
      expect(NewUser.safeParse({ ...user, email }).success).to.equal(false);
    });
  }
});

describe('users in requests', () => {
  it('may not have other fields, other roles or control characters', () => {
    expect(NewUser.safeParse(user).success).to.equal(true);
    for (const wrong of [
      { tokenVersion: 0 },
      { passwordHash: 'x' },
      { role: 'root' },
      { fullName: 'Ana\u0007' },
      { fullName: '  ' },
      { password: 'short' },
      { isActive: 'true' },
    ]) {
      expect(NewUser.safeParse({ ...user, ...wrong }).success, JSON.stringify(wrong)).to.equal(false);
    }
  });

  it('are not changed by an empty patch', () => {
    expect(UserPatch.safeParse({}).success).to.equal(false);
    expect(UserPatch.safeParse({ isActive: false }).success).to.equal(true);
  });
});

describe('searching users', () => {
  it('compares distinct words without case, accents and punctuation', () => {
    expect(searchWords('jos\u00E9.da-silva@clinic.example', 'Jos\u00E9 DA Silva \u00C5ngstr\u00F6m')).to.deep.equal([
      'jose',
      'da',
      'silva',
      'clinic',
      'example',
      'angstrom',
    ]);
  });

  it('replaces letters of other alphabets by those that people type instead', () => {
    expect(
      searchWords('Łukasz Weiß', 'SŁAWOMIR STRASSE Straße', 'Æsa Bjørn Đorđe Œuvre', 'Işıl İPEK IŞIL Þór', 'ΟΔΟΣ'),
    ).to.deep.equal([
      'lukasz',
      'weiss',
      'slawomir',
      'strasse',
      'aesa',
      'bjorn',
      'dorde',
      'oeuvre',
      'isil',
      'ipek',
      'thor',
      'οδοσ',
    ]);
  });

  it('matches the beginnings of words and takes nothing for a pattern operator', () => {
    expect(wordPrefixes('Jos\u00E9 .*(sil')).to.deep.equal([/^jose/, /^sil/]);
  });

  it('requires a search word', () => {
    const query = userListQuery(limits);
    expect(query.safeParse({ q: '.*' }).success).to.equal(false);
    expect(query.safeParse({ q: 'a' }).success).to.equal(true);
    expect(query.safeParse({ q: ['a', 'b'] }).success).to.equal(false);
    expect(query.safeParse({ isActive: 'yes' }).success).to.equal(false);
    expect(query.safeParse({ sort: 'role' }).success).to.equal(false);
  });
});
