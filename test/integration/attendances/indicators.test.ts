/** `/attendances/indicators` over HTTP, compared with counting attendances one by one. */
import { expect } from 'chai';
import { DateTime } from 'luxon';
import { attendanceModel, type StoredAttendance } from '../../../src/attendances/model.ts';
import type { IndicatorGroup } from '../../../src/attendances/schema.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { seededAttendances } from '../../support/attendances.ts';
import { type Answer, call } from '../../support/http.ts';

const ZONE = 'America/Sao_Paulo';
const HOLIDAYS = ['2025-12-25', '2026-01-01', '2026-02-17'];

/** Counts day by day. */
const businessDays = (from: string, to: string): number => {
  let days = 0;
  for (let day = DateTime.fromISO(from); day <= DateTime.fromISO(to); day = day.plus({ days: 1 }))
    if (day.weekday <= 5 && !HOLIDAYS.includes(day.toISODate()!)) days += 1;
  return days;
};

const over = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

describe('GET /attendances/indicators', () => {
  let app: TestApp;
  let all: StoredAttendance[];
  const names = new Map<string, string>();

  before(async () => {
    app = await startTestApp({ clinicTimezone: ZONE, holidays: HOLIDAYS });
    // Near the ends of months and of the period, some instants are on another day in UTC.
    all = [
      ...(await seededAttendances(app.database, {
        seed: 7,
        count: 3_000,
        clients: 20,
        technicians: 12,
        bases: 4,
        from: new Date('2025-11-20'),
        to: new Date('2026-03-20'),
      })),
    ];
    await attendanceModel(app.database).collection.insertMany(all);
    for (const kind of ['technicians', 'bases'])
      for (const { id, name } of (await call(app, 'GET', `/${kind}`, { token: app.admin.token })).json.items)
        names.set(id, name);
  });
  after(() => app.close());

  const get = (query: string, accept?: string): Promise<Answer> =>
    call(app, 'GET', `/attendances/indicators?${query}`, {
      token: app.clinician.token,
      ...(accept !== undefined && { accept }),
    });

  /** The definitions, applied to one attendance after the other. */
  const reference = (
    from: string,
    to: string,
    groupBy: string,
    technician?: string,
    base?: string,
  ): { businessDays: number; groups: IndicatorGroup[] } => {
    const groups = new Map<string | null, StoredAttendance[]>();
    if (groupBy === 'none') groups.set(null, []);
    for (const one of all) {
      const day = DateTime.fromJSDate(one.deadline, { zone: ZONE });
      const who = { technician: names.get(one.technician.toHexString())!, base: names.get(one.base.toHexString())! };
      if (
        day.toISODate()! < from ||
        day.toISODate()! > to ||
        (technician && who.technician !== technician) ||
        (base && who.base !== base)
      )
        continue;
      const key =
        groupBy === 'none' ? null : groupBy === 'month' ? day.toFormat('yyyy-MM') : who[groupBy as 'technician'];
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return {
      businessDays: businessDays(from, to),
      groups: [...groups]
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
        .map(([key, members]) => {
          const attended = members.filter(({ attendedAt }) => attendedAt !== null);
          const onTime = attended.filter(
            ({ attendedAt, deadline }) => attendedAt!.getTime() <= deadline.getTime(),
          ).length;
          const month = groupBy === 'month' ? DateTime.fromFormat(key!, 'yyyy-MM') : null;
          const days = month
            ? businessDays(
                [month.toISODate()!, from].toSorted().at(-1)!,
                [month.endOf('month').toISODate()!, to].toSorted()[0]!,
              )
            : businessDays(from, to);
          const technicians = new Set(members.map((one) => one.technician.toHexString())).size;
          return {
            key,
            total: members.length,
            attended: attended.length,
            onTime,
            late: attended.length - onTime,
            open: members.length - attended.length,
            slaOfAttended: over(onTime, attended.length),
            slaOfTotal: over(onTime, members.length),
            attendedPerBusinessDay: over(attended.length, days),
            attendedPerTechnicianDay: over(attended.length, technicians * days),
          };
        }),
    };
  };

  for (const groupBy of ['technician', 'base', 'month', 'none']) {
    for (const [from, to] of [
      ['2025-12-01', '2026-02-28'],
      ['2025-12-17', '2026-01-05'],
      ['2026-01-03', '2026-01-04'],
      ['2026-01-31', '2026-01-31'],
      ['2030-01-01', '2030-12-31'],
    ] as const) {
      it(`by ${groupBy} from ${from} to ${to} are the same as counted one by one`, async () => {
        for (const [technician, base] of [[], ['technician 3'], [undefined, 'base 1'], ['technician 3', 'base 1']]) {
          const answer = await get(
            `from=${from}&to=${to}&groupBy=${groupBy}` +
              `${technician ? `&technician=${technician.toUpperCase()}` : ''}${base ? `&base=${base}` : ''}`,
          );
          expect(answer.status, answer.text).to.equal(200);
          expect(answer.json).to.deep.equal({ from, to, ...reference(from, to, groupBy, technician, base) });
        }
      });
    }
  }

  it('finds attendances of every state, so that the comparison is meaningful', () => {
    const [group] = reference('2025-11-21', '2026-03-18', 'none').groups;
    expect(group!.total).to.be.above(2_800);
    for (const part of ['onTime', 'late', 'open'] as const) expect(group![part], part).to.be.above(200);
    expect(reference('2025-12-01', '2026-02-28', 'technician').groups).to.have.length(12);
  });

  it('has one group for everything without groupBy, and finds a technician by id', async () => {
    const [id, name] = [...names].find(([, some]) => some === 'technician 5')!;
    const period = 'from=2025-12-01&to=2026-02-28';
    expect((await get(`${period}&technician=${id}`)).json.groups).to.deep.equal(
      reference('2025-12-01', '2026-02-28', 'none', name).groups,
    );
    expect((await get(`${period}&technician=nobody&groupBy=base`)).json.groups).to.deep.equal([]);
  });

  it('is CSV on request, without formulas', async () => {
    const body = {
      externalId: 'F',
      client: { name: 'C' },
      technician: { name: '=cmd|"/c calc"!A1' },
      base: { name: '@base' },
      deadline: '2031-01-02',
      attendedAt: '2031-01-01',
    };
    expect((await call(app, 'POST', '/attendances', { token: app.admin.token, body })).status).to.equal(201);
    const query = 'from=2031-01-01&to=2031-01-03&groupBy=technician';
    const { text, headers } = await get(query, 'text/csv');
    expect(headers.get('content-type')).to.equal('text/csv; charset=utf-8; header=present');
    expect(headers.get('vary')).to.match(/accept/i);
    expect(text).to.equal(
      'key,total,attended,onTime,late,open,slaOfAttended,slaOfTotal,' +
        'attendedPerBusinessDay,attendedPerTechnicianDay\r\n' +
        '"\'=cmd|""/c calc""!A1",1,1,1,0,0,1,1,0.3333333333333333,0.3333333333333333\r\n',
    );
    expect((await get(query)).json.groups[0].key).to.equal('=cmd|"/c calc"!A1');
    expect((await get(query, 'image/png')).json).to.include({ status: 406, code: 'not-acceptable' });
    expect((await get(query, 'text/csv;q=0.5, application/json')).json.businessDays).to.equal(3);
  });

  it('accepts the whole range of dates', async () => {
    for (const [from, to] of [
      ['0000-01-01', '9999-12-31'],
      ['2300-01-01', '9999-12-31'],
      ['0000-01-01', '1000-01-01'],
    ] as const) {
      const answer = await get(`from=${from}&to=${to}&groupBy=month`);
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.json.groups.reduce((sum: number, { total }: IndicatorGroup) => sum + total, 0)).to.equal(
        to === '9999-12-31' && from < '2000' ? await attendanceModel(app.database).countDocuments({}) : 0,
      );
    }
  });

  for (const query of [
    '',
    'from=2026-01-01',
    'to=2026-01-01',
    'from=2026-01-02&to=2026-01-01',
    'from=2026-02-29&to=2026-03-01',
    'from=2026-01-01&to=2026-01-02&groupBy=client',
    'from=2026-01-01&to=2026-01-02&client=x',
    'from=2026-01-01T00:00Z&to=2026-01-02',
  ]) {
    it(`refuses ?${query}`, async () =>
      expect((await get(query)).json).to.include({ status: 400, code: 'invalid-query' }));
  }
});

describe('GET /attendances/indicators?groupBy=month', () => {
  // Time zones for which the database's own data may have other rules, or none.
  for (const zone of ['Asia/Almaty', 'America/Ciudad_Juarez', 'Europe/Kyiv', 'Pacific/Apia']) {
    it(`has the months of ${zone}`, async () => {
      const app = await startTestApp({ clinicTimezone: zone });
      try {
        for (const [i, date] of [
          '2025-12-31',
          '2026-01-01',
          '2026-01-31',
          '2026-02-01',
          '2026-10-31',
          '2026-11-01',
        ].entries()) {
          for (const [j, clock] of ['00:00', '23:59'].entries()) {
            const body = {
              externalId: `${i}-${j}`,
              client: { name: 'C' },
              technician: { name: 'T' },
              base: { name: 'B' },
              deadline: `${date}T${clock}`,
            };
            expect((await call(app, 'POST', '/attendances', { token: app.admin.token, body })).status).to.equal(201);
          }
        }
        const { text, json } = await call(
          app,
          'GET',
          '/attendances/indicators?from=2025-12-01&to=2026-12-31&groupBy=month',
          { token: app.admin.token },
        );
        expect(
          json.groups?.map(({ key, total }: IndicatorGroup) => [key, total]),
          text,
        ).to.deep.equal([
          ['2025-12', 2],
          ['2026-01', 4],
          ['2026-02', 2],
          ['2026-10', 2],
          ['2026-11', 2],
        ]);
      } finally {
        await app.close();
      }
    });
  }
});
