/** The disk space of a database that cannot be reached. */
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { watchAway } from '../../../src/database/away.ts';
import { connect } from '../../../src/database/connect.ts';
import { type Room, watchRoom } from '../../../src/database/room.ts';
import { isUnreachable } from '../../../src/database/unreachable.ts';
import { eventually } from '../../support/eventually.ts';
import { whileCut } from '../../support/failpoint.ts';
import { LineCut } from '../../support/line-cut.ts';
import { giveBack, testDatabase, testUri } from '../../support/mongo.ts';

const PATIENCE_MS = 500;
const CUT_MS = 3_000;

describe('the disk space of a database that cannot be reached', () => {
  const log = pino({ level: 'silent' });
  let line: LineCut;
  let server: Connection;
  let database: Connection;
  before(async () => {
    server = await testDatabase();
    line = await LineCut.open(Number(/:(\d+)/.exec((await testUri()).replace(/^\w+:/, ''))?.[1]));
    database = await connect(line.uri('room'), log, PATIENCE_MS);
    // A database without a collection does not exist yet, and has no disk.
    await database.createCollection('ecgBlocks');
  });
  after(async () => {
    await database.close();
    await line.close();
    await giveBack(server);
  });

  const room = (dataDir: string | null): Room =>
    watchRoom({
      database,
      away: watchAway(database, log),
      dataDir,
      reserve: 1,
      growing: 'ecgBlocks',
      isWaitedFor: () => false,
      log,
    });

  it('is not waited for twice: later requests learn at once that it cannot be reached', async () => {
    const elsewhere = room(null);
    const cut = line.cut({ kind: 'refused', ms: CUT_MS });
    await eventually('the driver notices', async () =>
      database.db!.command({ ping: 1 }).then(
        () => false,
        () => true,
      ),
    );
    for (const asked of [elsewhere.isEnough(), elsewhere.ensure()]) {
      expect(await asked.then(() => null, isUnreachable)).to.equal(true);
    }
    await cut;
    // A measurement is valid for a second, and this one is older.
    await elsewhere.ensure();
  });

  it('is assumed to be sufficient if only the query fails, as when another primary is elected', async () => {
    const elsewhere = room(null);
    await whileCut(server, 'dbStats', async () => {
      expect(await elsewhere.isEnough()).to.equal(true);
      await elsewhere.ensure();
    });
  });

  it('is assumed to be sufficient if our own disk cannot be measured', async () => {
    expect(await room('/nowhere').isEnough()).to.equal(true);
  });
});
