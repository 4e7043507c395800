/** Microseconds of written times. */
import { expect } from 'chai';
import { microsecondsIn, withMicroseconds } from '../../../src/calendar/instant.ts';

describe('the microseconds of a time', () => {
  it('are the digits after its milliseconds', () => {
    const texts = ['2026-01-15', '2026-01-15T09:30:00Z', '2026-01-15T09:30:00.25Z', '2026-01-15T09:30:00.250Z'];
    expect(texts.map(microsecondsIn)).to.deep.equal([0, 0, 0, 0]);
    expect(
      ['2026-01-15T09:30:00.2501Z', '2026-01-15T09:30:00.123456-03:00', '2026-01-15T09:30:00.000007999'].map(
        microsecondsIn,
      ),
    ).to.deep.equal([100, 456, 7]);
  });

  it('are written only if there are any', () => {
    expect(withMicroseconds('2026-01-15T09:30:00.123Z', 0)).to.equal('2026-01-15T09:30:00.123Z');
    expect(withMicroseconds('2026-01-15T09:30:00.123-03:00', 7)).to.equal('2026-01-15T09:30:00.123007-03:00');
  });
});
