/** Business days, compared with counting day by day. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { businessDays, dayNumber, dayOf } from '../../../src/calendar/business-days.ts';
import { withinMonth } from '../../../src/attendances/indicators.ts';

/** Counts day by day. */
const counted = (from: string, to: string, holidays: readonly string[]): number => {
  let days = 0;
  for (const date = new Date(from); date <= new Date(to); date.setUTCDate(date.getUTCDate() + 1)) {
    if (![0, 6].includes(date.getUTCDay()) && !holidays.includes(date.toISOString().slice(0, 10))) days += 1;
  }
  return days;
};

describe('business days', () => {
  it('are Monday to Friday, including both ends of the period', () => {
    expect(businessDays('2026-01-01', '2026-01-31', [])).to.equal(22);
    expect(businessDays('2026-01-03', '2026-01-04', [])).to.equal(0);
    expect(businessDays('2026-01-05', '2026-01-05', [])).to.equal(1);
    expect(businessDays('2026-01-01', '2026-12-31', [])).to.equal(261);
  });

  it('exclude holidays in the period that are not on a weekend', () => {
    expect(businessDays('2026-01-01', '2026-01-31', ['2026-01-01', '2026-01-03', '2026-02-02'])).to.equal(21);
  });

  it('are the same as counted day by day', () => {
    const day = fc.integer({ min: dayNumber('1960-01-01'), max: dayNumber('2040-12-31') });
    fc.assert(
      fc.property(
        day,
        fc.nat(400),
        fc.uniqueArray(fc.integer({ min: -5, max: 405 }), { maxLength: 10 }),
        (start, length, offsets) => {
          const [from, to] = [dayOf(start), dayOf(start + length)];
          const holidays = offsets.map((offset) => dayOf(start + offset));
          expect(businessDays(from, to, holidays)).to.equal(counted(from, to, holidays));
        },
      ),
      { seed: 4, numRuns: 200 },
    );
  });

  it('of a month are those within the period', () => {
    expect(withinMonth('2026-02', '2026-01-10', '2026-12-31')).to.deep.equal(['2026-02-01', '2026-02-28']);
    expect(withinMonth('2026-12', '2026-01-10', '2026-12-15')).to.deep.equal(['2026-12-01', '2026-12-15']);
    expect(withinMonth('2026-12', '2026-12-10', '2027-01-15')).to.deep.equal(['2026-12-10', '2026-12-31']);
  });
});
