/** Transactions of requests whose server is lost meanwhile. */
import { expect } from 'chai';
import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { LineCut } from '../../support/line-cut.ts';
import { giveBack, testDatabase } from '../../support/mongo.ts';
import type { Command } from '../../support/wire.ts';

/** Far longer than an abort is waited for. */
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
  ] as const) it(`${how} leaves its session to nobody else: it is killed when a server can be reached again`, async () => {
    let used: ClientSession['serverSession'] | undefined;
    const change = async (session: ClientSession): Promise<void> => {
      used = session.serverSession;
      await database.collection('guards').findOne({}, { session });
      throw lost;
    };
    expect(await inTransaction(database, change).catch((error: unknown) => error)).to.equal(lost);
    // The driver keeps no session that is marked so.
    expect(used?.isDirty).to.equal(true);
  });

  it('at its abort says why it was aborted, and waits for no answer', async () => {
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

  it('uses its session again where nothing was lost', async () => {
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
