/** A hung database is noticed without a request, with any kind of address. */
import { once } from 'node:events';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { watchAway } from '../../../src/database/away.ts';
import { connect } from '../../../src/database/connect.ts';
import { eventually } from '../../support/eventually.ts';
import { testMongod } from '../../support/mongo.ts';
import { OwnMongod } from '../../support/own-mongod.ts';

const PATIENCE_MS = 4_000;

describe('a database that hangs and recovers', function () {
  this.timeout(60_000);
  let mongod: OwnMongod;
  let database: Connection;
  before(async () => {
    mongod = await OwnMongod.start((await testMongod()).path);
  });
  afterEach(() => database.close());
  after(() => mongod.stop());

  for (const options of ['directConnection=true', 'replicaSet=rs0']) {
    it(`is noticed both times with ${options}`, async () => {
      const said: string[] = [];
      const log = pino({}, { write: (line: string) => said.push((JSON.parse(line) as { msg: string }).msg) });
      database = await connect(`mongodb://127.0.0.1:${mongod.port}/leadwire?${options}`, log, PATIENCE_MS);
      watchAway(database, log);
      await once(database.getClient(), 'serverHeartbeatSucceeded');
      mongod.signal('SIGSTOP');
      try {
        await eventually('it is missed', () => said.length === 1);
      } finally {
        mongod.signal('SIGCONT');
      }
      await eventually('it is back', () => said.length === 2);
      expect(said).to.deep.equal(['the database is not reachable', 'the database is reachable again']);
    });
  }
});
