/** Dates and times as people write them, and as instants in the clinic's time zone. */
import { expect } from 'chai';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { asIso, readAnyForm, readIso, UnreadableMoment } from '../../../src/calendar/moment.ts';

const H = 3_600_000;
const M = 60_000;

const fault = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(UnreadableMoment);
    return (error as Error).message;
  }
  return 'none';
};

const instant = (zone: string, text: string): string =>
  new ClinicZone(zone).moment(readIso(text), 'end').at.toISOString();
/** The length of a day. */
const hours = (zone: ClinicZone, day: string): number =>
  (zone.startOfNextDay(day).getTime() - zone.startOfDay(day).getTime()) / H;

describe('written moments', () => {
  const day = { date: '2026-01-15', time: null, offset: null };
  const forms: [string, object][] = [
    ['15/01/2026', day],
    ['15/01/2026 09:30', { ...day, time: 9 * H + 30 * M }],
    ['15/01/2026 09:30:05', { ...day, time: 9 * H + 30 * M + 5_000 }],
    ['15/01/26', day],
    ['15/012026 09:30', { ...day, time: 9 * H + 30 * M }],
    ['15 /01 /2026', day],
    ['2026-01-15 09:30:05', { ...day, time: 9 * H + 30 * M + 5_000 }],
    ['2026-01-15', day],
    ['5/1/2026 9:05', { date: '2026-01-05', time: 9 * H + 5 * M, offset: null }],
    ['29/02/2024', { ...day, date: '2024-02-29' }],
    ['01/02/03', { ...day, date: '2003-02-01' }],
    ['31/12/68', { ...day, date: '2068-12-31' }],
    ['2026-01-15T09:30Z', { ...day, time: 9 * H + 30 * M, offset: 0 }],
    ['2026-01-15T09:30:00.25-03:00', { ...day, time: 9 * H + 30 * M + 250, offset: -3 * H }],
  ];
  for (const [text, written] of forms) it(`reads ${text}`, () => expect(readAnyForm(text)).to.deep.equal(written));

  for (const text of [
    '30/02/2026',
    '29/02/2025',
    '31/04/2026',
    '00/01/2026',
    '15/13/2026',
    '02/30/2026',
    '15/00/26',
    '2026-02-30',
    '2026-13-01',
  ]) {
    it(`knows that ${text} does not exist`, () =>
      expect(fault(() => readAnyForm(text))).to.equal('names a day that does not exist'));
  }
  for (const text of ['01/15/2026', '1/15/26 09:30', '01 /31 /2026'])
    it(`knows that ${text} has the month first`, () =>
      expect(fault(() => readAnyForm(text))).to.contain('has the month before the day'));
  for (const text of ['15/01/2026 24:00', '15/01/2026 12:60', '2026-01-15 23:59:60', '15/012026 25:00']) {
    it(`knows that ${text} does not exist`, () =>
      expect(fault(() => readAnyForm(text))).to.equal('names a time that does not exist'));
  }
  for (const zone of ['+15:00', '-15:00', '+02:60', '-0260', '+99:99']) {
    it(`knows that the offset ${zone} does not exist`, () => {
      expect(fault(() => readAnyForm(`2026-01-15T09:30${zone}`))).to.contain('offset');
    });
  }
  for (const [zone, offset] of [
    ['+14:00', 14 * H],
    ['-14:00', -14 * H],
    ['+02:59', 2 * H + 59 * M],
    ['-0259', -2 * H - 59 * M],
  ] as const) {
    it(`accepts the offset ${zone}`, () => expect(readAnyForm(`2026-01-15T09:30${zone}`).offset).to.equal(offset));
  }
  for (const text of ['15/01/69', '15/01/99'])
    it(`does not guess the century of ${text}`, () => expect(fault(() => readAnyForm(text))).to.contain('century'));
  for (const text of ['15/01/0206', '15/01/2226', '0001-01-01', '9999-12-31'])
    it(`takes ${text} for a typing error`, () =>
      expect(fault(() => readAnyForm(text))).to.contain('between the years'));
  for (const text of [
    '',
    '-',
    'ontem',
    '15.01.2026',
    '15-01-2026',
    '2026/01/15',
    '15/12026 09:30',
    '15/01/202',
    '15/1',
    '20260115',
    '15/01/2026 9',
    '15/01/2026 09:30 PM',
    '15/01/2026T09:30',
    '2026-1-5',
    '2026-01-15T09:30+3',
    '15/01/2026\u000009:30',
    '٠١/٠١/٢٠٢٦',
    'x'.repeat(100_000),
    `${'1'.repeat(50_000)}/01/2026`,
    `15${' '.repeat(50_000)}`,
  ]) {
    it(`does not read ${JSON.stringify(text).slice(0, 30)}`, () =>
      expect(fault(() => readAnyForm(text))).to.contain('must be a date'));
  }

  it('in JSON must be ISO 8601', () => {
    expect(readIso('2026-01-15')).to.deep.equal(day);
    for (const text of ['15/01/2026', '15/01/26', '15/012026 09:30'])
      expect(fault(() => readIso(text))).to.contain('ISO 8601');
  });
});

describe('dates in tables without a known order', () => {
  for (const [text, iso] of [
    ['30/12/1984', '1984-12-30'],
    ['30.12.1984', '1984-12-30'],
    ['13-1-1984', '1984-01-13'],
    ['5/5/1984', '1984-05-05'],
    ['29/02/2024 9:05', '2024-02-29T09:05:00'],
    ['29/02/2024  14:30:15', '2024-02-29T14:30:15'],
  ] as const)
    it(`have one reading in ${text}`, () => expect(asIso(text)).to.equal(iso));
  for (const text of ['1984-12-30', '', 'ontem', '30/12.1984', '30/12/1984 PM', '2026/01/15'])
    it(`are left to others in ${JSON.stringify(text)}`, () => expect(asIso(text)).to.equal(text));
  for (const [text, reason] of [
    ['03/04/1984', 'either of two days'],
    ['12/30/1984', 'month before the day'],
    ['31/02/1984', 'does not exist'],
    ['13/13/1984', 'does not exist'],
    ['30/12/84', 'four digits'],
    ['30/12/984', 'four digits'],
  ] as const)
    it(`are refused in ${text}`, () => expect(fault(() => asIso(text))).to.contain(reason));
});

describe("the clinic's zone", () => {
  it('defines the end of a day and times without an offset', () => {
    expect(instant('UTC', '2026-01-15')).to.equal('2026-01-15T23:59:59.999Z');
    expect(instant('America/Fortaleza', '2026-01-15')).to.equal('2026-01-16T02:59:59.999Z');
    expect(instant('Pacific/Kiritimati', '2026-01-15')).to.equal('2026-01-15T09:59:59.999Z');
    expect(instant('Etc/GMT+12', '2026-01-15')).to.equal('2026-01-16T11:59:59.999Z');
    expect(instant('America/Fortaleza', '2026-01-15T09:30')).to.equal('2026-01-15T12:30:00.000Z');
    expect(instant('America/Fortaleza', '2026-01-15T09:30+02:00')).to.equal('2026-01-15T07:30:00.000Z');
  });

  it('has longer and shorter days when clocks change', () => {
    const berlin = new ClinicZone('Europe/Berlin');
    expect(
      ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26'].map((day) => hours(berlin, day)),
    ).to.deep.equal([24, 23, 24, 25, 24]);
    // Clocks were put forward at midnight, and back at midnight.
    const saoPaulo = new ClinicZone('America/Sao_Paulo');
    expect(['2018-11-03', '2018-11-04', '2018-02-17', '2018-02-18'].map((day) => hours(saoPaulo, day))).to.deep.equal([
      24, 23, 25, 24,
    ]);
    expect(saoPaulo.startOfDay('2018-11-04').toISOString()).to.equal('2018-11-04T03:00:00.000Z');
  });

  it('refuses a time that clocks skipped or showed twice, unless an offset makes it unique', () => {
    expect(fault(() => instant('Europe/Berlin', '2026-03-29T02:30'))).to.contain('skipped');
    expect(fault(() => instant('Europe/Berlin', '2026-10-25T02:30'))).to.contain('repeated');
    expect(instant('Europe/Berlin', '2026-10-25T02:30+01:00')).to.equal('2026-10-25T01:30:00.000Z');
    expect(instant('Europe/Berlin', '2026-10-25T03:00')).to.equal('2026-10-25T02:00:00.000Z');
    expect(instant('Europe/Berlin', '2026-03-29T03:00')).to.equal('2026-03-29T01:00:00.000Z');
  });
});
