/** The state of the service, as admins see it. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { MIGRATIONS } from '../../src/database/migrations/index.ts';
import { checkCollection, instanceCollection } from '../../src/ecgs/store/model.ts';
import { version } from '../../src/openapi.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { made, somebody } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { things } from '../support/import-kind.ts';
import { form } from '../support/imports.ts';
import { begun } from '../support/uploads.ts';

describe('the state of the service', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ mongodbUri: 'mongodb://not.used' }, { importKinds: [things] });
  });
  after(() => app.close());

  const read = async () => (await call(app, 'GET', '/system', { token: app.admin.token })).json;

  it('has the versions, the sizes of the database and its disk, and the migrations', async () => {
    const { database, disk, migrations, ...rest } = await read();
    expect(rest).to.include({ version, node: process.versions.node });
    expect(Date.now() - Date.parse(rest.startedAt) - 1_000 * rest.uptimeSeconds).to.be.within(-100, 5_000);
    expect(database).to.include({ deployment: 'replica set', name: app.database.name });
    expect(database.version).to.match(/^\d+\.\d+\.\d+/);
    for (const size of ['dataBytes', 'storedBytes', 'indexBytes']) expect(database[size], size).to.be.above(0);
    expect(disk.freeBytes).to.be.within(1, disk.totalBytes);
    expect(disk).to.include({ reserveBytes: app.config.limits.minFreeDiskBytes, isEnough: true });
    expect(migrations).to.deep.equal(MIGRATIONS.map(({ name }) => ({ name, isDone: true })));
  });

  it('measures the disk of the data folder of an embedded database', async () => {
    const embedded = await startTestApp({ mongodbUri: null, dataDir: '/proc' }, { database: app.database });
    try {
      const { json } = await call(embedded, 'GET', '/system', { token: app.admin.token });
      expect(json.database.deployment).to.equal('embedded');
      expect(json.disk).to.include({ totalBytes: 0, freeBytes: 0, isEnough: false });
    } finally {
      await embedded.close();
    }
  });

  it('leaves out a disk that cannot be measured', async () => {
    const embedded = await startTestApp({ mongodbUri: null, dataDir: '/nowhere' }, { database: app.database });
    try {
      const { status, json } = await call(embedded, 'GET', '/system', { token: app.admin.token });
      expect([status, json.disk]).to.deep.equal([200, null]);
    } finally {
      await embedded.close();
    }
  });

  it('counts what is stored and what is in progress', async () => {
    const before = await read();
    const { token } = app.clinician;
    await made(app, '/patients', somebody());
    await call(app, 'POST', '/ecgs', { token, body: { samplingRate: 500, leads: [{ name: 'II', signal: [1, -1] }] } });
    await call(app, 'POST', '/imports', { token, body: form('Key,Value\n') });
    await begun(app, app.clinician, 4);
    const { counts, jobs } = await read();
    expect(counts).to.deep.equal({ ...before.counts, patients: 1, recordings: 1, imports: 1 });
    expect(counts.users).to.be.at.least(3);
    expect(jobs.imports).to.deep.equal({ queued: 1, running: 0 });
    expect(jobs.uploads).to.deep.equal({ open: 1, complete: 0, ingesting: 0 });
  });

  it('counts the instances that live, and says how the check of what is stored goes', async () => {
    expect((await read()).jobs.check).to.deep.equal({ nextAt: null, incomplete: 0 });
    const { instances: before } = (await read()).jobs;
    const nextAt = new Date(Date.now() + 60_000);
    const place = new Types.ObjectId();
    await instanceCollection(app.database).insertMany([
      { _id: new Types.ObjectId(), seenAt: new Date() },
      { _id: new Types.ObjectId(), seenAt: new Date(Date.now() - 2 * app.config.limits.instanceSilenceMs) },
    ]);
    await checkCollection(app.database).insertOne({ _id: 'check', nextAt, hollow: [{ id: place, owner: place }] });
    const { instances, check } = (await read()).jobs;
    expect(instances).to.equal(before + 1);
    expect(check).to.deep.equal({ nextAt: nextAt.toISOString(), incomplete: 1 });
  });

  it('tells nothing of any patient or recording', async () => {
    const text = JSON.stringify(await read());
    for (const secret of [(somebody() as { lastName: string }).lastName, app.clinician.email, app.clinician.id])
      expect(text).not.to.include(secret);
  });
});
