/** Calculations with ISO 8601 dates and times. */
import { expect } from 'chai';
import { later, secondsBetween } from '../../../../src/formats/common/moments.ts';

describe('A moment some seconds later', () => {
  it('keeps nanoseconds and the zone', () => {
    expect(later('2026-12-31T23:59:59.999999-03:00', 0.000001)).to.equal('2027-01-01T00:00:00-03:00');
    expect(later('2026-01-15T09:30:00.123456Z', 10)).to.equal('2026-01-15T09:30:10.123456Z');
    expect(later('2026-01-15T09:30', -0.25)).to.equal('2026-01-15T09:29:59.75');
    expect(later('2026-01-15T09:30:00', 86_400.000000001)).to.equal('2026-01-16T09:30:00.000000001');
  });

  it('is the date itself if it has no time, and none if there is none or the year has five digits', () => {
    expect(later('2026-01-15', 10)).to.equal('2026-01-15');
    expect(later(null, 10)).to.equal(null);
    expect(later('9999-12-31T23:59:59', 1)).to.equal(null);
    expect(later('2026-01-15T09:30:00', 1e300)).to.equal(null);
  });
});

describe('The seconds between two moments', () => {
  it('have nanoseconds, across zones', () => {
    expect(secondsBetween('2026-01-15T09:30:00.999999', '2026-01-15T09:30:02.000001')).to.equal(1.000002);
    expect(secondsBetween('2026-01-15T09:30:00+01:00', '2026-01-15T09:30:00.5Z')).to.equal(3600.5);
    expect(secondsBetween('2026-01-15', '2026-01-14T23:59:59.000000001')).to.equal(-0.999999999);
  });

  it('are unknown if only one of them has a zone, or if one is no moment', () => {
    expect(secondsBetween('2026-01-15T09:30:00', '2026-01-15T09:30:00Z')).to.equal(null);
    expect(secondsBetween('2026-01-15T09:30:00', 'today')).to.equal(null);
  });
});
