/**
 * Missing parts of a recording are restored by uploading the same content again, despite interruptions and concurrent
 * changes.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import type { Annotation } from '../../../src/formats/types.ts';
import { ownRuns, readRuns } from '../../../src/ecgs/store/annotations.ts';
import { heal } from '../../../src/ecgs/upload/heal.ts';
import type { Ingested } from '../../../src/ecgs/upload/prove.ts';
import { annotationCollection, blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { unpublish } from '../../../src/ecgs/store/settle.ts';
import { sweep, type Swept } from '../../../src/ecgs/store/sweep.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { decoded, marksOf, type Told } from '../../support/decoded.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing, whileHeld } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';
import { ingestEvents } from '../../support/ingest.ts';

const LEADS = ['I', 'II', 'III', 'aVR'].map((name, i) => ({ name, signal: [i + 1, -1, 2, -3] }));

describe('a recording that has lost something', () => {
  let app: TestApp;
  let token: string;
  beforeEach(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  afterEach(() => app.close());

  const send = (query = '', body: object = { id: 'twelve', leads: LEADS }): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, { token, body });
  const blocksOf = (ecg: Types.ObjectId): Promise<number> => blockCollection(app.database).countDocuments({ ecg });
  const swept = (): Promise<Swept> =>
    sweep({ database: app.database, log: pino({ level: 'silent' }), uploads: app.app.uploads, silentMs: 60_000 });
  const storedAs = async (id: Types.ObjectId): Promise<StoredEcg> =>
    (await ecgModel(app.database).collection.findOne<StoredEcg>({ _id: id }))!;
  /** A recording whose four channels were in one document, which is lost. */
  const wounded = async (): Promise<Types.ObjectId> => {
    const id = new Types.ObjectId((await send()).json.id as string);
    expect((await blockCollection(app.database).deleteMany({ ecg: id })).deletedCount).to.equal(1);
    return id;
  };

  const take = async (told: Told): Promise<Ingested> => {
    const deps = { database: app.database, uploads: app.app.uploads, zone: new ClinicZone('UTC') };
    const options = { owner: app.clinician.id, format: 'wfdb' } as const;
    return (await ingestEvents(decoded(told), options, deps))[0]!;
  };
  const marksIn = (id: Types.ObjectId): Promise<Annotation[]> =>
    readRuns(ownRuns(app.database, id), {}, [0, 0], 10_000, (annotation) => annotation);

  it('is not considered complete if restoring its samples was interrupted', async () => {
    const id = await wounded();
    // The first insert is the upload's own, the second restores the first channel.
    await whileFailing(app.database, { command: 'insert', collection: 'ecgBlocks', skip: 2 }, async () => {
      expect((await send()).status).to.equal(500);
    });
    expect(await blocksOf(id)).to.equal(1);
    expect([...app.app.uploads.unsettled.keys()]).to.deep.equal([id.toHexString()]);
    expect(await swept()).to.deep.equal({ removed: 0, orphans: 0, hollow: 1 });
    expect(app.app.uploads.unsettled.size).to.equal(0);
    expect((await send()).status).to.equal(200);
    for (const { name, signal } of LEADS) {
      const { json } = await call(app, 'GET', `/ecgs/${id.toHexString()}/channels/${name}/samples`, { token });
      expect(json.samples, name).to.deep.equal(signal);
    }
    expect(await swept()).to.include({ hollow: 0 });
    expect((await storedAs(id)).blockDocuments).to.equal(LEADS.length);
  });

  it('is not written to if it was deleted before', async () => {
    const id = await wounded();
    const stored = await storedAs(id);
    const other = await send('?duplicate=allow', { leads: LEADS });
    const copy = await storedAs(new Types.ObjectId(other.json.id as string));
    expect((await call(app, 'DELETE', `/ecgs/${id.toHexString()}`, { token })).status).to.equal(204);
    expect(await heal(app.database, stored, copy, app.app.uploads.instance)).to.equal('gone');
    expect(await blocksOf(id)).to.equal(0);
  });

  it('is not written to while it is being deleted, when a marker is in its place', async () => {
    const id = await wounded();
    const stored = await storedAs(id);
    const other = await send('?duplicate=allow', { leads: LEADS });
    const copy = await storedAs(new Types.ObjectId(other.json.id as string));
    await unpublish(app.database, { id, owner: stored.owner });
    expect(await heal(app.database, stored, copy, app.app.uploads.instance)).to.equal('gone');
    expect(await blocksOf(id)).to.equal(0);
  });

  it('leaves nothing if it is deleted meanwhile, and is stored as new when sent again', async () => {
    const id = await wounded();
    const second = { command: 'insert', collection: 'ecgBlocks', skip: 1 } as const;
    const { status, json, headers } = await whileHeld(app.database, second, send, async () => {
      expect((await storedAs(id)).blockDocuments).to.equal(undefined);
      expect((await call(app, 'DELETE', `/ecgs/${id.toHexString()}`, { token })).status).to.equal(204);
    });
    expect([status, json.code, headers.get('retry-after')]).to.deep.equal([503, 'not-ready', '5']);
    await eventually('the upload has ended', () => app.app.uploads.active.size === 0);
    expect(await blockCollection(app.database).countDocuments()).to.equal(0);
    const again = await send();
    expect(again.status).to.equal(201);
    expect(again.json.id).not.to.equal(id.toHexString());
  });

  describe('namely its marks', () => {
    const samples = [1, -1, 2];

    it('gets them back with the same file, even with its channels in another order', async () => {
      const { ecg } = await take({ samples, marks: marksOf(3, 'N', 1) });
      await annotationCollection(app.database).deleteMany({ ecg: ecg._id });
      expect(await swept()).to.include({ hollow: 1 });
      const again = await take({ samples, marks: marksOf(3, 'N', 0), names: ['II', 'I'] });
      expect([again.created, again.warnings]).to.deep.equal([false, []]);
      expect(await marksIn(ecg._id)).to.deep.equal(marksOf(3, 'N', 1));
      expect(await swept()).to.include({ hollow: 0 });
    });

    it('gets back the missing ones of many', async () => {
      const { ecg } = await take({ samples, marks: marksOf(2_500) });
      for (const lost of [[1], [0, 2], [2]]) {
        await annotationCollection(app.database).deleteMany({ ecg: ecg._id, index: { $in: lost } });
        expect(await swept()).to.include({ hollow: 1 });
        await take({ samples, marks: marksOf(2_500) });
        expect(await marksIn(ecg._id)).to.deep.equal(marksOf(2_500));
      }
    });

    it('never gets those of a file with different ones, which is reported', async () => {
      const { ecg } = await take({ samples, marks: marksOf(1_500), externalId: 'lacking' });
      await annotationCollection(app.database).deleteMany({ ecg: ecg._id, index: 1 });
      for (const marks of [[], marksOf(1_499), marksOf(1_500, 'V')]) {
        const { warnings } = await take({ samples, marks, externalId: 'lacking' });
        expect(warnings.map((text) => text.split(':')[0])).to.deep.equal(['annotations']);
        expect(await marksIn(ecg._id)).to.deep.equal(marksOf(1_000));
      }
      expect(await swept()).to.include({ hollow: 1 });
    });
  });
});
