/** Totals of lists: counting stops at a limit, so that a large total costs no more than a few thousand. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { countAttendances } from '../../src/attendances/list.ts';
import { attendanceModel, KIND_NAMES } from '../../src/attendances/model.ts';
import { countNamed } from '../../src/attendances/named.ts';
import { countChildren } from '../../src/directory/children.ts';
import { studies } from '../../src/directory/studies/store.ts';
import { countPatients } from '../../src/directory/patients/find.ts';
import { Recordings } from '../../src/ecgs/store/recordings.ts';
import { errorCollection } from '../../src/imports/model.ts';
import { countUsers } from '../../src/users/accounts.ts';
import { type TestApp, startTestApp } from '../support/app.ts';
import { seededAttendances } from '../support/attendances.ts';
import { manyPatients } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { importCollection } from '../support/imports.ts';

/** Fewer than there are of each kind. */
const AT_MOST = 3;

describe('counting', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
    const [from, to] = [new Date('2026-01-01'), new Date('2026-02-01')];
    const plan = { seed: 3, count: 60, clients: 9, technicians: 9, bases: 9, from, to };
    await attendanceModel(app.database).collection.insertMany([...(await seededAttendances(app.database, plan))]);
    await manyPatients(app, 9, 5);
    for (let i = 0; i < 5; i += 1) {
      await app.newUser('clinician');
      const body = { leads: [{ name: 'I', signal: [1, -1, i] }] };
      expect((await call(app, 'POST', '/ecgs', { token: app.clinician.token, body })).status).to.equal(201);
    }
  });
  after(() => app.close());

  const range = { after: null, descending: false };
  const counts: Record<string, (atMost: number) => Promise<number>> = {
    users: (atMost) => countUsers(app.database, {}, atMost),
    recordings: (atMost) => new Recordings(app.database, app.clinician.id).count({}, atMost, 'owned'),
    patients: (atMost) => countPatients(app.database, {}, atMost),
    'patients who are looked for': (atMost) => countPatients(app.database, { birthDateFrom: '1000-01-01' }, atMost),
    studies: (atMost) => countChildren(studies(null, ''), app.database, { facets: '*' }, range, 'order', atMost),
    attendances: (atMost) => countAttendances(app.database, {}, atMost),
    'attendances of a state': (atMost) => countAttendances(app.database, { state: 'onTime' }, atMost),
  };
  for (const kind of KIND_NAMES) counts[kind] = (atMost) => countNamed(app.database, kind, undefined, atMost);
  for (const [what, count] of Object.entries(counts)) {
    it(`${what} stops at the given number`, async () => {
      expect(await count(1_000)).to.be.above(AT_MOST);
      expect(await count(AT_MOST)).to.equal(AT_MOST);
    });
  }

  describe('a total that is too large to count', () => {
    const MANY = 10_003;
    const add = async (): Promise<Types.ObjectId> => {
      const job = new Types.ObjectId();
      const at = new Date();
      const error = { import: job, n: 0, column: null, value: null, reason: 'is wrong', at };
      const errors = Array.from({ length: MANY }, (_, i) => ({ ...error, line: i + 2 }));
      await errorCollection(app.database).insertMany(errors);
      const owner = new Types.ObjectId(app.clinician.id);
      const times = { createdAt: at, updatedAt: at, startedAt: at, endedAt: at };
      const bytes = { total: 0, done: 0 };
      const ended = { owner, state: 'completed', version: 1, ...times, rows: {}, bytes, run: null };
      await importCollection(app.database).insertOne({ _id: job, ...ended } as never);
      return job;
    };

    it('is reported as a lower bound', async () => {
      const job = await add();
      const { token } = app.clinician;
      const path = `/imports/${String(job)}/errors?total=true&limit=1`;
      const get = async () => (await call(app, 'GET', path, { token })).json;
      expect(await get()).to.include({ total: 10_000, totalIsLowerBound: true });
      await errorCollection(app.database).deleteMany({ import: job, line: { $gt: 10_001 } });
      const exact = await get();
      expect(exact).to.include({ total: 10_000 }).and.not.have.property('totalIsLowerBound');
    });
  });
});
