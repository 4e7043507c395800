/** Cookies as browsers and others send them. */
import { expect } from 'chai';
import { cookieIn } from '../../../src/http/cookies.ts';

const read = (cookie: string | undefined): string | null =>
  cookieIn({ headers: cookie === undefined ? {} : { cookie } }, 'name');

describe('a cookie', () => {
  it('is found among others, and with = in its value', () => {
    expect(read('name=a')).to.equal('a');
    expect(read('other=b; name=a==; last=c')).to.equal('a==');
    expect(read('other=b;name= a ')).to.equal('a');
  });

  it('is not taken for one whose name only ends or begins alike', () => {
    for (const cookies of [undefined, '', 'my-name=a', 'name2=a', 'a=name=b', 'name', 'name=', '=name'])
      expect(read(cookies), cookies).to.equal(null);
  });

  it('is the first one if there are several with its name', () => expect(read('name=a; name=b')).to.equal('a'));
});
