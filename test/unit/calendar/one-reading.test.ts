/** Dates and times are read in the same way wherever clients send them. */
import { expect } from 'chai';
import { readIso } from '../../../src/calendar/moment.ts';
import { moment } from '../../../src/directory/fields.ts';
import { date } from '../../../src/formats/json/fields.ts';
import { days } from '../../../src/startup/setting-values.ts';
import { checked } from '../../../src/text/wording.ts';

/** Why a text is refused; null if it is accepted. */
type Reading = (text: string) => string | null;

const thrown = (read: (text: string) => unknown, text: string): string | null => {
  try {
    read(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

const READINGS: Record<string, Reading> = {
  'an upload': (text) => {
    const said = date(text);
    return 'reason' in said ? said.reason : null;
  },
  'the directory, and bounds of lists': (text) => checked(moment(), text).faults?.[0]?.message ?? null,
  'an attendance': (text) => thrown(readIso, text),
};

const FORM = 'must be an ISO 8601 date or date and time, such as 2026-01-15, 2026-01-15T09:30 or 2026-01-15T09:30:00Z';
const DAY = 'names a day that does not exist';
const TIME = 'names a time that does not exist';
const OFFSET = 'has an offset from UTC that does not exist';

const TAKEN = [
  '2026-01-15',
  '2024-02-29',
  '2000-02-29',
  '1899-12-31',
  '2200-01-01',
  '2026-01-15T09:30',
  '2026-01-15T09:30:00',
  '2026-01-15T23:59:59.999',
  '2026-01-15T09:30Z',
  '2026-01-15T09:30:00Z',
  '2026-01-15T09:30:00.123456789+01:00',
  '2026-01-15T09:30:00-12:00',
  '2026-01-15T09:30:00+14:00',
  '2026-01-15T09:30:00+14:59',
];
const REFUSED: Record<string, string[]> = {
  [FORM]: [
    '',
    'yesterday',
    '15/01/2026',
    '15.01.2026',
    '2026',
    '2026-01',
    '20260115',
    '20260115T093000Z',
    '2026-W03-4',
    '2026-015',
    '+002026-01-15',
    '2026-1-5',
    ' 2026-01-15',
    '2026-01-15\n',
    '2026-01-15Z',
    '2026-01-15T',
    'T09:30',
    '2026-01-15T09',
    '2026-01-15 09:30',
    '2026-01-15t09:30:00z',
    '2026-01-15T09:30:00,5Z',
    '2026-01-15T09:30:00.1234567891Z',
    '2026-01-15T09:30+01',
    '2026-01-15T09:30+0100',
    '2026-01-15T09:30:00Z[UTC]',
    '٢٠٢٦-٠١-١٥',
  ],
  [DAY]: ['2026-02-30', '2025-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '2026-01-00'],
  [TIME]: ['2026-01-15T24:00', '2026-01-15T09:60', '2026-01-15T09:30:60Z', '2026-01-15T99:99:99'],
  [OFFSET]: ['2026-01-15T09:30:00+15:00', '2026-01-15T09:30:00-23:59', '2026-01-15T09:30:00+01:60'],
};

for (const [where, reading] of Object.entries(READINGS)) {
  describe(`a date that is sent to ${where}`, () => {
    for (const text of TAKEN) it(`is taken as ${text}`, () => expect(reading(text)).to.equal(null));
    for (const [why, texts] of Object.entries(REFUSED))
      for (const text of texts)
        it(`is refused as ${JSON.stringify(text)}, with the reason`, () => expect(reading(text)).to.equal(why));
  });
}

describe('a holiday', () => {
  for (const text of REFUSED[DAY] ?? [])
    it(`cannot be ${text}`, () => expect(thrown(days, text)).to.contain('dates that exist'));
  it('is a day without a time', () => expect(thrown(days, '2026-01-15T09:30')).to.contain('dates that exist'));
});
