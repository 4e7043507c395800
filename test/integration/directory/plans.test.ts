/**
 * The query plans of the lists: mongod's profiler records every command of every list; none may scan a collection or
 * sort a set that grows.
 */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, manyPatients } from '../../support/directory.ts';
import { call } from '../../support/http.ts';

const PATIENTS = 400;
const LIMIT = 5;

interface Noted {
  ns: string;
  planSummary?: string;
  hasSortStage?: boolean;
  keysExamined?: number;
  docsExamined?: number;
  nreturned?: number;
  command: object;
}

describe('the plans of the lists', function () {
  this.timeout(60_000);
  let app: TestApp;
  let patient: string;
  before(async () => {
    app = await startTestApp();
    patient = (await manyPatients(app, PATIENTS, 11))[3]!._id.toHexString();
    for (let i = 0; i < 12; i += 1) {
      const encounter = await made(app, `/patients/${patient}/encounters`, { start: '2026-01-15' });
      await made(app, `/patients/${patient}/conditions`, {
        code: '1',
        description: 'D',
        start: '2026-01-15',
        encounter,
      });
    }
  });
  after(async () => app.close());

  /** All database commands of one request, except the query for the user's own state. */
  async function noted(path: string): Promise<Noted[]> {
    const db = app.database.db!;
    await db.command({ profile: 0 });
    await db
      .collection('system.profile')
      .drop()
      .catch(() => false);
    await db.command({ profile: 2 });
    const answer = await call(app, 'GET', path, { token: app.clinician.token });
    await db.command({ profile: 0 });
    expect(answer.status, answer.text).to.equal(200);
    const all = (await db.collection('system.profile').find().toArray()) as unknown as Noted[];
    const asked = all.filter(({ ns, planSummary }) => planSummary !== undefined && !ns.endsWith('.users'));
    expect(asked, path).to.not.be.empty;
    return asked;
  }

  const sorted = async (path: string): Promise<boolean> =>
    (await noted(path)).some(({ hasSortStage }) => hasSortStage === true);
  const asked = async (path: string): Promise<number> => (await noted(path)).length;
  const next = async (path: string): Promise<string> => {
    const { json } = await call(app, 'GET', path, { token: app.clinician.token });
    return json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
  };
  const orders = ['name', 'firstName', 'birthDate', 'city', 'createdAt', 'updatedAt'];

  /**
   * Lists over sets that grow with the directory: only as much may be read as a page needs. @param slack maximum index
   * keys per item
   */
  const lists: [string, number][] = [
    ...orders.flatMap((order): [string, number][] => [
      [`/patients?sort=${order}`, 1],
      [`/patients?sort=-${order}`, 1],
      [`/patients?sort=${order}&city=boston`, 1],
      [`/patients?sort=-${order}&sex=female`, 1],
    ]),
    ['/patients?isActive=true', 1],
    ['/patients?state=massachusetts', 1],
    ['/patients?birthDateFrom=1950-01-01&birthDateTo=1990-01-01', 1],
    ['/patients?birthDateFrom=1950-01-01&sort=-birthDate', 1],
    ['/patients?q=a', 3],
    ['/patients?q=clara', 3],
    ['/patients?condition=44054006', 3],
    ['/patients?condition=mellitus', 3],
    ['/patients?sex=female&isActive=true', 5],
    ['/patients?q=al+cl', 30],
    ['/patients?condition=diabetes+mellitus&city=boston', 20],
    ['/studies', 1],
    ['/studies?sort=performedAt', 1],
    ['/studies?type=ecg', 1],
    ['/studies?urgencyLevel=HIGH', 1],
    ['/studies?bodyPart=chest', 1],
    ['/studies?performedAtFrom=2026-02-01&performedAtTo=2026-09-01', 1],
    ['/studies?type=ecg&urgencyLevel=LOW&performedAtFrom=2026-02-01', 12],
  ];
  for (const [path, slack] of lists) {
    it(`${path} reads an index in the requested order, and only what the page needs, also after a cursor`, async () => {
      const first = `${path}${path.includes('?') ? '&' : '?'}limit=${LIMIT}`;
      for (const page of [first, first + (await next(first))]) {
        for (const { ns, planSummary, hasSortStage, keysExamined, docsExamined } of await noted(page)) {
          if (!/\.(patients|studies)$/.test(ns)) continue;
          expect(planSummary, page)
            .to.match(/^IXSCAN/)
            .and.not.contain('COLLSCAN');
          expect(hasSortStage ?? false, page).to.equal(false);
          // Two branches of a search read one key ahead each.
          expect(Math.max(keysExamined ?? 0, docsExamined ?? 0), `${page}: ${planSummary}`).to.be.at.most(
            (LIMIT + 3) * slack,
          );
        }
      }
    });
  }

  for (const path of [
    () => `/patients/${patient}/studies`,
    () => `/patients/${patient}/studies?type=ecg&sort=performedAt`,
    () => `/patients/${patient}/encounters`,
    () => `/patients/${patient}/encounters?sort=start&total=true`,
    () => `/patients/${patient}/conditions`,
    () => `/studies?patient=${patient}&total=true`,
    () => '/patients?total=true',
    () => '/patients?q=a&total=true',
    () => '/patients?condition=diabetes&total=true',
    () => '/patients?include=studies,encounters,conditions&limit=200',
    () => '/patients?q=clara&sort=birthDate',
    () => '/patients?condition=diabetes&sort=-city',
    () => '/patients?birthDateTo=1960-01-01&sort=name',
    () => '/ecgs',
    () => '/ecgs?patient=x',
    () => '/ecgs?study=x&total=true',
    () => '/ecgs?dateFrom=2026-01-01',
    () => '/ecgs?externalId=x',
    () => '/insights/cohort?groupBy=sex',
    () => '/insights/cohort?dateFrom=2026-01-01&lead=II',
  ]) {
    it(`${String(path).replace('() => ', '')} scans no collection`, async () => {
      for (const { planSummary } of await noted(path())) expect(planSummary).to.not.contain('COLLSCAN');
    });
  }

  it('sort in memory only after a selective search, and otherwise scan the index of the order', async () => {
    expect(await sorted('/patients?q=clara&sort=birthDate')).to.equal(true);
    expect(await sorted('/patients?sex=female&sort=birthDate')).to.equal(false);
  });

  it('run one more query for each included kind', async () => {
    const plain = await asked('/patients?limit=100');
    expect(await asked('/patients?limit=100&include=studies')).to.equal(plain + 1);
    expect(await asked('/patients?limit=100&include=studies,conditions')).to.be.at.most(plain + 2);
  });
});
