/** What the list of recordings shows stands in the address. */
import { expect } from 'chai';
import {
  addressOf,
  apiQuery,
  changed,
  csvAddress,
  durationChoice,
  filterCount,
  readState,
} from '../../../web/recordings/list-state.ts';

describe('the address of the list of recordings', () => {
  it('has nothing that is as usual', () => {
    expect(addressOf(readState({}))).to.equal('/recordings');
    expect(addressOf(readState({ sort: '-createdAt', q: ' ', other: '1' }))).to.equal('/recordings');
  });

  it('is read back as it was written', () => {
    const state = {
      filters: { q: 'müller 100.hea', lead: 'V1', hasAnnotations: 'false', durationFrom: '60' },
      sort: '-date',
      cursor: 'abc_-1',
    } as const;
    const query = Object.fromEntries(new URL(addressOf(state), 'http://service').searchParams);
    expect(readState(query)).to.deep.equal(state);
  });

  it('begins at the first page when a filter or the order changes', () => {
    const state = { ...readState({ lead: 'II' }), cursor: 'abc' };
    expect(addressOf(changed(state, { lead: '' }))).to.equal('/recordings');
    expect(addressOf(changed(state, {}, 'duration'))).to.equal('/recordings?lead=II&sort=duration');
  });

  it('ignores an order that does not exist', () => {
    expect(readState({ sort: 'name' }).sort).to.equal('-createdAt');
  });

  it('tells how many filters are in force, a range once', () => {
    expect(filterCount(readState({ q: 'x', dateFrom: '2026-01-01', dateTo: '2026-01-02', durationTo: '60' }))).to.equal(
      3,
    );
    expect(filterCount(readState({ sort: 'date', cursor: 'abc' }))).to.equal(0);
  });
});

describe('the query of the list of recordings', () => {
  it('includes the last day', () => {
    const { dateFrom, dateTo } = apiQuery(readState({ dateFrom: '2026-02-28', dateTo: '2026-02-28' }));
    expect(dateFrom).to.equal(new Date(2026, 1, 28).toISOString());
    expect(dateTo).to.equal(new Date(2026, 2, 1).toISOString());
  });

  it('leaves a day that is none to the service, which says so', () => {
    expect(apiQuery(readState({ dateFrom: '28.2.2026' }))['dateFrom']).to.equal('28.2.2026');
  });

  it('has the same filters for CSV, without the page', () => {
    const address = csvAddress('/api/v1', { ...readState({ q: 'a&b', sort: 'date' }), cursor: 'abc' });
    expect(address).to.equal('/api/v1/ecgs?q=a%26b&sort=date');
  });
});

describe('the lengths to choose', () => {
  it('are recognised in the filters', () => {
    expect(durationChoice({})).to.equal('any');
    expect(durationChoice({ durationTo: '60' })).to.equal('short');
    expect(durationChoice({ durationFrom: '60', durationTo: '3600' })).to.equal('middle');
    expect(durationChoice({ durationFrom: '7' })).to.equal('own');
  });
});
