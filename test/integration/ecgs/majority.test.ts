/** An answer that a recording exists relies on data stored by a majority, which cannot be lost any more. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { missingBlocks } from '../../../src/ecgs/store/missing.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { publish, type Published } from '../../../src/ecgs/upload/publish.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';

describe('data written, but not yet stored by a majority', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const admin = async (command: object): Promise<Record<string, unknown>> =>
    app.database.getClient().db('admin').command(command);

  /** Nothing is acknowledged by a majority while mongod does not write its journal. */
  async function withoutMajority(work: () => Promise<void>): Promise<void> {
    const failPoint = { configureFailPoint: 'pauseJournalFlusherBeforeFlush' };
    await admin({ ...failPoint, mode: 'alwaysOn' });
    try {
      await work();
    } finally {
      await admin({ ...failPoint, mode: 'off' });
    }
  }

  /** A recording before its publication. */
  async function draft(): Promise<StoredEcg> {
    const body = { leads: [{ name: 'I', signal: [1, -1, 2] }] };
    const { json } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, body });
    const _id = new Types.ObjectId(json.id as string);
    return (await ecgModel(app.database).collection.findOneAndDelete({ _id })) as unknown as StoredEcg;
  }

  const publishes = (ecg: StoredEcg): Promise<Published[]> =>
    publish([ecg], 'refuse', { database: app.database, uploads: app.app.uploads });
  const commits = async (): Promise<number> => {
    const mine = { 'command.commitTransaction': 1, 'command.$db': 'admin' };
    const pipeline = [{ $currentOp: {} }, { $match: mine }];
    return (await app.database.getClient().db('admin').aggregate(pipeline).toArray()).length;
  };

  it('are not reported as existing before they are', async () => {
    const one = await draft();
    const ids = [new Types.ObjectId(), new Types.ObjectId()];
    const published: Promise<Published[]>[] = [];
    await withoutMajority(async () => {
      published.push(publishes({ ...one, _id: ids[0]! }));
      await eventually('it is written', () => ecgModel(app.database).collection.findOne({ _id: ids[0]! }));
      let isAnswered = false;
      const second = publishes({ ...one, _id: ids[1]! }).finally(() => (isAnswered = true));
      published.push(second);
      await eventually('the second waits or is answered', async () => isAnswered || (await commits()) > 0);
      expect(isAnswered).to.equal(false);
    });
    const answers = (await Promise.all(published)).map(([answer]) => [String(answer!.ecg._id), answer!.created]);
    expect(answers).to.deep.equal([
      [String(ids[0]), true],
      [String(ids[0]), false],
    ]);
  });

  it('do not count as restored samples', async () => {
    const one = await draft();
    const block = (await blockCollection(app.database).findOneAndDelete({ ecg: one._id }))!;
    await ecgModel(app.database).collection.insertOne(one);
    let inserted: Promise<unknown> = Promise.resolve();
    await withoutMajority(async () => {
      inserted = blockCollection(app.database).insertOne(block);
      await eventually('it is written', () => blockCollection(app.database).findOne({ _id: block._id }));
      expect(await missingBlocks(app.database, one)).to.deep.equal([{ channel: 0, index: 0 }]);
    });
    await inserted;
    expect(await missingBlocks(app.database, one)).to.deep.equal([]);
  });
});
