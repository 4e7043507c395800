/** Transactions of requests whose server is lost meanwhile, or refuses the commit. */
import { expect } from 'chai';
import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { LineCut } from '../../support/line-cut.ts';
import { giveBack, testDatabase } from '../../support/mongo.ts';
import type { Command } from '../../support/wire.ts';

/** Far longer than the wait for an abort. */
const SILENT_MS = 5_000;

const isAbort = ({ name }: Command): boolean => name === 'abortTransaction';
const idOf = (session: ClientSession): string => JSON.stringify(session.id);

describe('a transaction whose server is lost', () => {
  let database: Connection;
  before(async () => {
    database = await testDatabase();
  });
  after(() => giveBack(database));

  const { MongoNetworkTimeoutError, MongoServerError } = mongoose.mongo;
  for (const [how, lost] of [
    ['without a word', new MongoNetworkTimeoutError('the answer did not come')],
    ['and has said that it goes down', new MongoServerError({ code: 91, errmsg: 'shutdown in progress' })],
  ] as const)
    it(`${how} does not let its session be reused: it is killed when a server can be reached again`, async () => {
      let used: ClientSession['serverSession'] | undefined;
      const change = async (session: ClientSession): Promise<void> => {
        used = session.serverSession;
        await database.collection('guards').findOne({}, { session });
        throw lost;
      };
      expect(await inTransaction(database, change).catch((error: unknown) => error)).to.equal(lost);
      // The driver does not reuse sessions with this mark.
      expect(used?.isDirty).to.equal(true);
    });

  it('during its abort reports why it was aborted, and does not wait for an answer', async () => {
    const line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
    const own = await connect(line.uri(database.name), pino({ level: 'silent' }));
    await own.createCollection('guards').catch(() => undefined);
    const refused = new Error('The change is refused.');
    let used: ClientSession['serverSession'] | undefined;
    const change = async (session: ClientSession): Promise<void> => {
      used = session.serverSession;
      await own.collection('guards').insertOne({}, { session });
      throw refused;
    };
    const whole = line.loseAnswer(isAbort, { kind: 'silent', ms: SILENT_MS });
    const outcome = inTransaction(own, change).catch((error: unknown) => error);
    expect(await Promise.race([outcome, whole.then(() => 'it has waited for the answer')])).to.equal(refused);
    expect(used?.isDirty).to.equal(true);
    await own.close(true);
    await line.close();
  });

  it('locks no documents after its commit was refused, whoever uses its session next', async () => {
    const things = database.collection('guards');
    const { insertedId: _id } = await things.insertOne({ changes: 0 });
    let other: ClientSession | undefined;
    let attempts = 0;
    const startSession = async (): Promise<ClientSession> => {
      // Takes the session of the first attempt: a second attempt with it would end what the first has left open.
      if (attempts === 1) {
        other = await database.startSession();
        await things.findOne({}, { session: other });
      }
      return database.startSession();
    };
    const change = async (session: ClientSession): Promise<void> => {
      attempts += 1;
      await things.updateOne({ _id }, { $inc: { changes: 1 } }, { session });
    };
    const refusal = { failCommands: ['commitTransaction'], errorCode: 251, errorLabels: ['TransientTransactionError'] };
    const admin = database.getClient().db('admin');
    await admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: refusal });
    await inTransaction(Object.create(database, { startSession: { value: startSession } }) as Connection, change);
    await other?.endSession();
    expect([attempts, (await things.findOne({ _id }))?.['changes']]).to.deep.equal([2, 1]);
  });

  it('reuses its session if nothing was lost', async () => {
    const ids: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      await inTransaction(database, async (session) => {
        ids.push(idOf(session));
        await database.collection('guards').findOne({}, { session });
      });
    }
    expect(ids[1]).to.equal(ids[0]);
  });
});
