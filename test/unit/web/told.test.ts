/** How failures are told on pages without a form. */
import { expect } from 'chai';
import { isAway, isRefused, toldOf } from '../../../web/api/told.ts';

const refused = {
  code: 'invalid-query',
  status: 400,
  message: 'Correct the parameters that are named in errors.',
  fields: [
    { path: '/q', message: 'must contain a letter or a digit' },
    { path: '/address/city', message: 'must not be empty' },
    { path: '', message: 'must be an object' },
  ],
};

describe('a failure on a page', () => {
  it('names the values that were refused, as the page calls them', () => {
    expect(toldOf(refused, { q: 'Search' })).to.equal(
      'Search: must contain a letter or a digit. address.city: must not be empty. must be an object.',
    );
    expect(toldOf({ ...refused, status: 422 })).to.match(/^q: must contain/);
  });

  it('says what went wrong if no value is named, or nothing was refused', () => {
    expect(toldOf({ ...refused, fields: [] })).to.equal(refused.message);
    expect(toldOf({ ...refused, status: 409 })).to.equal(refused.message);
  });

  it('may pass by itself only if the service is not reached or not ready', () => {
    expect([
      isAway({ code: 'offline', status: 0 }),
      isAway({ code: 'database-unavailable', status: 503 }),
    ]).to.deep.equal([true, true]);
    expect([isAway(refused), isAway({ code: 'unknown', status: 0 }), isAway({ code: 'internal', status: 500 })])
      .to.deep //
      .equal([false, false, false]);
    expect([isRefused(refused), isRefused({ status: 503, fields: [] })]).to.deep.equal([true, false]);
  });
});
