/** The query plans of the routes: none of them reads a whole collection. */
import { expect } from 'chai';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { indicatorStages } from '../../../src/attendances/indicators.ts';
import { attendanceModel } from '../../../src/attendances/model.ts';
import { SORTS } from '../../../src/attendances/schema.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { seededAttendances } from '../../support/attendances.ts';
import { call } from '../../support/http.ts';

const COUNT = 4_000;

/** What the database's profiler records of a command. */
interface Profile {
  ns: string;
  planSummary?: string;
  hasSortStage?: boolean;
  docsExamined?: number;
  keysExamined?: number;
}

const unindexed = (profiles: readonly Profile[]): Profile[] =>
  profiles.filter(({ planSummary }) => !planSummary || /COLLSCAN/.test(planSummary));

describe('the plans of the routes', () => {
  let app: TestApp;
  let names: Record<'client' | 'technician' | 'base', string>;

  before(async () => {
    app = await startTestApp();
    const attendances = [
      ...(await seededAttendances(app.database, {
        seed: 9,
        count: COUNT,
        clients: 300,
        technicians: 40,
        bases: 8,
        from: new Date('2026-01-01'),
        to: new Date('2027-01-01'),
      })),
    ];
    await attendanceModel(app.database).collection.insertMany(attendances);
    names = { client: 'client 7', technician: 'technician 7', base: 'base 7' };
  });
  after(() => app.close());

  /** The cost of one request's commands on the collections of this feature. */
  const profiled = async (
    path: string,
  ): Promise<{ status: number; nextCursor: string | null; profiles: Profile[] }> => {
    const db = app.database.db!;
    await db.command({ profile: 0 });
    await db
      .collection('system.profile')
      .drop()
      .catch(() => false);
    await db.command({ profile: 2 });
    const { status, json } = await call(app, 'GET', path, { token: app.admin.token });
    await db.command({ profile: 0 });
    const profiles = await db
      .collection<Profile>('system.profile')
      .find({ ns: /\.(attendances|clients|technicians|bases)$/ })
      .toArray();
    return { status, nextCursor: json.nextCursor ?? null, profiles };
  };

  for (const order of SORTS) {
    it(`a list in the order ${order} uses an index with any filter, also after a cursor`, async () => {
      const { client, technician, base } = names;
      const filters = [
        '',
        `&client=${client}`,
        `&technician=${technician}`,
        `&base=${base}`,
        '&deadlineFrom=2026-03-01&deadlineTo=2026-06-30',
        '&state=open',
        `&technician=${technician}&state=late&deadlineFrom=2026-03-01`,
        `&client=${client}&base=${base}`,
      ];
      for (const filter of filters) {
        const first = await profiled(`/attendances?limit=5&sort=${order}${filter}&total=true`);
        expect(first.status).to.equal(200);
        expect(first.profiles.length).to.be.above(4);
        expect(unindexed(first.profiles), filter).to.deep.equal([]);
        if (first.nextCursor !== null)
          expect(
            unindexed(
              (await profiled(`/attendances?limit=5&sort=${order}${filter}&cursor=${first.nextCursor}`)).profiles,
            ),
            filter,
          ).to.deep.equal([]);
      }
    });
  }

  for (const filter of [
    '',
    '&client=client 7',
    '&technician=technician 7',
    '&base=base 7',
    '&state=open',
    '&deadlineFrom=2026-03-01&deadlineTo=2026-06-30',
  ]) {
    it(`a page by deadline${filter && ` with ${filter.slice(1)}`} reads what it shows, at any depth`, async () => {
      let cursor = '';
      for (let page = 0; page < 3; page += 1) {
        const { profiles, nextCursor } = await profiled(`/attendances?limit=5&sort=deadline${filter}${cursor}`);
        const [list] = profiles.filter(({ ns }) => ns.endsWith('.attendances'));
        expect(list!.docsExamined, list!.planSummary).to.be.at.most(6);
        expect(list!.keysExamined, list!.planSummary).to.be.at.most(12);
        expect(list!.hasSortStage ?? false, list!.planSummary).to.equal(false);
        cursor = `&cursor=${nextCursor}`;
      }
    });
  }

  for (const path of ['/clients', '/technicians?q=tech', '/bases?q=7&total=true', '/clients?limit=3&total=true']) {
    it(`${path} uses indexes`, async () => {
      const { profiles } = await profiled(path);
      expect(profiles.length).to.be.above(1);
      expect(unindexed(profiles)).to.deep.equal([]);
    });
  }

  it('the indicators of a year are counted from an index only', async () => {
    for (const groupBy of ['technician', 'base', 'month', 'none'] as const) {
      const stages = await indicatorStages(app.database, new ClinicZone('UTC'), {
        from: '2026-01-01',
        to: '2026-12-31',
        groupBy,
      });
      const explained = JSON.stringify(
        await attendanceModel(app.database).collection.aggregate(stages).explain('executionStats'),
      );
      expect(explained, groupBy)
        .to.contain('"indexName":"deadline"')
        .and.not.contain('"FETCH"')
        .and.not.contain('COLLSCAN');
      const { profiles } = await profiled(`/attendances/indicators?from=2026-01-01&to=2026-12-31&groupBy=${groupBy}`);
      expect(unindexed(profiles)).to.deep.equal([]);
      const [counting] = profiles.filter(({ ns }) => ns.endsWith('.attendances'));
      expect(counting!.keysExamined).to.be.at.least(COUNT);
      expect(counting!.docsExamined).to.be.at.most(100);
    }
  });
});
