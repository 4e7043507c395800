/** The directory that a first start loads. The numbers are those of the files in `fixtures/`, counted by hand. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { startDirectory } from '../../../src/demo/directory.ts';
import { newImport } from '../../../src/imports/upload.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { importCollection } from '../../support/imports.ts';

const LOADED = {
  patients: 100,
  encounters: 3264,
  conditions: 1721,
  studies: 40,
  attendances: 120,
  clients: 15,
  technicians: 6,
  bases: 4,
  imports: 5,
  markers: 1,
};
const TIMING = { leaseMs: 3_000, pollMs: 50 };

describe('the directory of a first start', function () {
  this.timeout(60_000);
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp({}, { importTiming: TIMING });
    app.app.importWorker.start();
  });
  afterEach(async () => app.close());

  const start = () =>
    startDirectory(app.admin.id, {
      database: app.database,
      log: pino({ level: 'silent' }),
      importWorker: app.app.importWorker,
    });
  const counts = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(
        Object.keys(LOADED).map(async (name) => [name, await app.database.collection(name).countDocuments()]),
      ),
    );
  const jobs = async () => (await call(app, 'GET', '/imports', { token: app.admin.token })).json.items;

  it('has 100 patients with what belongs to them, by imports of the first admin that left no row out', async () => {
    await start().done;
    expect(await counts()).to.deep.equal(LOADED);
    const imports = await jobs();
    expect(imports.map(({ kind }: { kind: string }) => kind)).to.deep.equal([
      'attendances',
      'studies',
      'conditions',
      'encounters',
      'patients',
    ]);
    for (const { state, rows, bytes, userId } of imports) {
      expect([state, rows.failed, rows.unchanged, userId]).to.deep.equal(['completed', 0, 0, app.admin.id]);
      expect(bytes.done).to.equal(bytes.total);
    }
    const { items } = (await call(app, 'GET', '/patients?include=studies&limit=100', { token: app.clinician.token }))
      .json;
    expect(
      items.reduce((sum: number, patient: { studies: { count: number } }) => sum + patient.studies.count, 0),
    ).to.equal(40);
  });

  it('is loaded once, also by instances that start together and later, whatever was deleted since', async () => {
    await Promise.all([start().done, start().done, start().done]);
    expect(await counts()).to.deep.equal(LOADED);
    const [patient] = (await call(app, 'GET', '/patients?limit=1', { token: app.admin.token })).json.items;
    expect((await call(app, 'DELETE', `/patients/${patient.id}`, { token: app.admin.token })).status).to.equal(204);
    await app.database.collection('imports').deleteMany({});
    await start().done;
    expect(await counts()).to.include({ patients: 99, imports: 0 });
  });

  it('is loaded completely by the next start if the first one was stopped', async () => {
    const first = start();
    await eventually('two imports have begun', async () => (await jobs()).length >= 2);
    await first.stop();
    expect((await jobs()).length).to.be.lessThan(5);
    await start().done;
    expect(await counts()).to.deep.equal(LOADED);
  });

  it('is loaded completely even if an earlier upload was interrupted', async () => {
    await start().stop();
    const marker = await app.database.collection('markers').findOne();
    await importCollection(app.database).insertOne({
      ...newImport(new Types.ObjectId(app.admin.id)),
      _id: marker?.['imports'].patients,
      updatedAt: new Date(0),
    });
    await start().done;
    expect(await counts()).to.deep.equal(LOADED);
  });

  it('is not loaded into a directory that is already in use', async () => {
    const patient = { firstName: 'First', lastName: 'Own', birthDate: '1990-02-03' };
    expect((await call(app, 'POST', '/patients', { token: app.admin.token, body: patient })).status).to.equal(201);
    await start().done;
    expect(await counts()).to.include({ patients: 1, imports: 0, attendances: 0 });
  });

  it('is loaded further after somebody cancels one of its imports', async () => {
    const loading = start();
    await eventually('two imports have begun', async () => (await jobs()).length >= 2);
    const [{ id }] = await jobs();
    await call(app, 'POST', `/imports/${id}/cancel`, { token: app.admin.token });
    await loading.done;
    expect(await counts()).to.include({ imports: 5, attendances: 120 });
  });
});
