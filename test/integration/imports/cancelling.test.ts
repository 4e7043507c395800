/** Cancelling an import while one of its batches is being written. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { AUDIT_EVENTS } from '../../../src/audit/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';
import { notes, things } from '../../support/import-kind.ts';
import { counts, importCollection, imported, send } from '../../support/imports.ts';

const ROWS = Array.from({ length: 10_000 }, (_, i) => `k${i},${i}`);
/** Each batch inserts its 1,000 rows in parts; the part that is held is in the second batch or a later one. */
const HELD = { command: 'insert', collection: 'things', skip: 3 } as const;

describe('cancelling while a batch is being written', function () {
  this.timeout(60_000);
  let app: TestApp;

  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: [things, notes], importTiming: { leaseMs: 3_000, pollMs: 50 } });
    await app.database.collection('things').createIndex({ key: 1 }, { unique: true });
    app.app.importWorker.start();
  });
  afterEach(() => app.close());

  const running = async (): Promise<string> => {
    const job = await importCollection(app.database).findOne({ state: 'running' });
    return job!._id.toHexString();
  };
  const cancel = async (id: string): Promise<Answer> =>
    call(app, 'POST', `/imports/${id}/cancel`, { token: app.clinician.token });
  const storedThings = async (): Promise<number> => app.database.collection('things').countDocuments();
  const cancellations = async (id: string) =>
    app.database
      .collection(AUDIT_EVENTS)
      .find({ id: new Types.ObjectId(id), action: 'cancel' })
      .toArray();

  it('is answered before the batch ends, is recorded, and no row is stored afterwards', async () => {
    let answer: Answer | undefined;
    await whileHeld(
      app.database,
      HELD,
      () => send(app, app.clinician, `Key,Value\n${ROWS.join('\n')}`),
      async () => {
        answer = await cancel(await running());
        expect(answer.status, answer.text).to.equal(200);
      },
    );
    const { id, rows } = answer!.json;
    expect(answer!.json).to.include({ state: 'cancelled' });
    expect(rows.created).to.be.within(1_000, 9_000);
    const [event, ...others] = await cancellations(id);
    expect([String(event?.['by']), others]).to.deep.equal([app.clinician.id, []]);
    // The worker is free again: it has given the batch up.
    await imported(app, app.clinician, 'Text\nnext\n');
    expect(await storedThings()).to.equal(rows.created);
    const { json } = await call(app, 'GET', `/imports/${id}`, { token: app.clinician.token });
    expect(json).to.deep.include({ state: 'cancelled', rows: counts(rows.created, rows.created, 0, 0, 0) });
  });

  it('is recorded once if it is asked for twice at the same time', async () => {
    let id = '';
    await whileHeld(
      app.database,
      HELD,
      () => send(app, app.clinician, `Key,Value\n${ROWS.join('\n')}`),
      async () => {
        id = await running();
        const answers = await Promise.all([cancel(id), cancel(id), cancel(id)]);
        expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
      },
    );
    expect(await cancellations(id)).to.have.lengthOf(1);
  });
});

describe('clearing a cancelled import', () => {
  it('ends the transaction that its worker has left open', async () => {
    const app = await startTestApp({}, { importKinds: [things], importTiming: { leaseMs: 3_000, pollMs: 50 } });
    const imports = importCollection(app.database);
    const _id = new Types.ObjectId((await send(app, app.clinician, 'Key,Value\nk,1\n')).json.id as string);
    const left = await app.database.startSession();
    left.startTransaction();
    await app.database.collection('things').insertOne({ key: 'k' }, { session: left });
    await imports.updateOne({ _id }, { $set: { state: 'cancelled', session: left.id!.id } });
    try {
      app.app.importWorker.start();
      await eventually('the import is cleared', async () => (await imports.findOne({ _id }))?.file === null);
      const failure = await left.commitTransaction().catch(({ codeName }: { codeName: string }) => codeName);
      expect(failure).to.equal('NoSuchTransaction');
    } finally {
      await left.endSession();
      await app.close();
    }
  });
});
