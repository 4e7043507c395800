/** The migrations: each runs once and in order, can be reverted, and keeps existing data. */
import { expect } from 'chai';
import { type Connection, Types } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { migrate } from '../../../src/database/migrations.ts';
import { apart } from '../../../src/database/migrations/0010-apart.ts';
import { MIGRATIONS } from '../../../src/database/migrations/index.ts';
import type { Migration } from '../../../src/database/migrations/migration.ts';
import { giveBack, testDatabase, testUri } from '../../support/mongo.ts';

const DAY = 24 * 60 * 60;
const log = pino({ level: 'silent' });

/** Records who ran, and takes long enough that others find it running. */
const counting = (name: string, ran: string[]): Migration => ({
  name,
  async up(db) {
    ran.push(`${name} begins`);
    for (let i = 0; i < 20; i += 1) await db.collection('work').insertOne({ name });
    ran.push(`${name} ends`);
  },
  down: () => Promise.resolve(),
});

describe('the migrations', () => {
  const open: Connection[] = [];
  const instances = async (count: number): Promise<Connection[]> => {
    const uri = await testUri();
    const connections = await Promise.all(Array.from({ length: count }, () => connect(uri, log)));
    open.push(...connections);
    return connections;
  };
  afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));

  it('run each once and in order, although several instances start together', async () => {
    const ran: string[] = [];
    const migrations = [counting('0001-one', ran), counting('0002-two', ran)];
    const together = await instances(4);
    await Promise.all(together.map((connection) => migrate(connection, log, migrations)));
    expect(ran).to.deep.equal(['0001-one begins', '0001-one ends', '0002-two begins', '0002-two ends']);
    const db = together[0]?.db;
    expect(await db?.collection('migrations').distinct('migrationName')).to.deep.equal(['0001-one', '0002-two']);
    expect(await db?.collection('locks').countDocuments()).to.equal(0);
  });

  it('run on top of those that ran before', async () => {
    const [database] = (await instances(1)) as [Connection];
    const ran: string[] = [];
    await migrate(database, log, [counting('0001-one', ran)]);
    await migrate(database, log, [counting('0001-one', ran), counting('0002-two', ran)]);
    expect(ran.filter((line) => line.endsWith('begins'))).to.deep.equal(['0001-one begins', '0002-two begins']);
  });

  it('run again if one failed, with the lock free', async () => {
    const [database] = (await instances(1)) as [Connection];
    const ran: string[] = [];
    const failing: Migration = { ...counting('0002-two', ran), up: () => Promise.reject(new Error('no space left')) };
    const error = await migrate(database, log, [counting('0001-one', ran), failing]).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).to.contain('0002-two').and.contain('no space left');
    await migrate(database, log, [counting('0001-one', ran), counting('0002-two', ran)]);
    expect(ran.filter((line) => line.endsWith('begins'))).to.deep.equal(['0001-one begins', '0002-two begins']);
  });

  it('take over the lock of an instance that died', async () => {
    const [database] = (await instances(1)) as [Connection];
    await database
      .collection<{ _id: string }>('locks')
      .insertOne({ _id: 'migrations', holder: 'gone', expiresAt: new Date(0) } as never);
    const ran: string[] = [];
    await migrate(database, log, [counting('0001-one', ran)]);
    expect(ran).to.have.length(2);
  });

  it('leave the lock to the instance that now holds it', async () => {
    const [database] = (await instances(1)) as [Connection];
    const locks = database.collection<{ _id: string }>('locks');
    const next = { holder: 'the next', expiresAt: new Date(Date.UTC(2999, 0)) };
    const losing: Migration = {
      name: '0001-slow',
      async up(db) {
        const held = db.collection<{ _id: string }>('locks');
        const { matchedCount } = await held.updateOne({ _id: 'migrations' }, { $set: next });
        expect(matchedCount).to.equal(1);
      },
      down: () => Promise.resolve(),
    };
    await migrate(database, log, [losing]);
    expect(await locks.findOne({ _id: 'migrations' })).to.deep.equal({ _id: 'migrations', ...next });
  });

  it('let only documents that nobody needs expire', async () => {
    const database = await testDatabase();
    const temporary: Record<string, number> = {};
    for (const { name } of await database.listCollections()) {
      for (const { key, expireAfterSeconds } of await database.collection(name).indexes()) {
        const place = `${name}.${Object.keys(key).join()}`;
        if (expireAfterSeconds !== undefined) temporary[place] = expireAfterSeconds / DAY;
      }
    }
    expect(temporary).to.deep.include({ 'importErrors.at': 30, 'importLeases.expiresAt': 1, 'ecgs.sweptAt': 1 });
    const names = Object.keys(temporary).map((place) => place.split('.')[0]);
    expect(names).to.include('instances');
    const kept = ['users', 'patients', 'studies', 'encounters', 'conditions', 'attendances', 'auditEvents', 'imports'];
    for (const name of [...kept, 'ecgBlocks', 'ecgAnnotations']) expect(names).not.to.include(name);
  });

  it('of an old database keep recordings unchanged, and remove the placeholders of unpublished ones', async () => {
    const { db } = await testDatabase();
    if (!db) throw new Error('not connected');
    const ecgs = db.collection<{ _id: string }>('ecgs');
    const old = { _id: 'old', owner: 'somebody', version: 3, digest: 'd' };
    // A placeholder of the earlier form belongs to nobody, and is not a recording.
    await ecgs.insertMany([old, { _id: 'place', owner: null, sweptAt: new Date() }] as never[]);
    for (const migration of MIGRATIONS) await migration.up(db);
    const [only, ...more] = await ecgs.find({ _id: { $in: ['old', 'place'] } }).toArray();
    await ecgs.deleteMany({ _id: { $in: ['old', 'place'] } });
    expect(more).to.deep.equal([]);
    expect(only).to.deep.include({ ...old, siblings: [], annotations: 0 });
  });

  it('reverted one by one restore the indexes that existed before each of them', async () => {
    const database = await testDatabase();
    const db = database.db!;
    const indexes = async (): Promise<Record<string, string[]>> => {
      const found: Record<string, string[]> = {};
      for (const { name } of await database.listCollections()) {
        const names = (await db.collection(name).indexes()).map((index) => index.name as string);
        if (names.length > 1) found[name] = names.toSorted();
      }
      return found;
    };
    for (const migration of MIGRATIONS.toReversed()) await migration.down(db);
    const before: Record<string, string[]>[] = [];
    for (const migration of MIGRATIONS) {
      before.push(await indexes());
      await migration.up(db);
    }
    for (const migration of MIGRATIONS.toReversed()) {
      await migration.down(db);
      expect(await indexes(), migration.name).to.deep.equal(before.pop());
    }
  });

  it('distinguish ids and parts in recordings of the same content, and back, without losing any', async () => {
    const database = await testDatabase();
    const db = database.db!;
    const ecgs = db.collection('ecgs');
    const [owner, copy] = [new Types.ObjectId(), new Types.ObjectId()];
    const common = { owner, version: 1, digest: 'same' };
    await ecgs.insertMany([
      { ...common, _id: new Types.ObjectId(), name: 'id', externalId: 'rhythm', part: 'rhythm', apart: 'rhythm' },
      { ...common, _id: new Types.ObjectId(), name: 'part', externalId: null, part: 'median', apart: 'median' },
      { ...common, _id: new Types.ObjectId(), name: 'only', externalId: null, part: null, apart: null },
      { ...common, _id: copy, name: 'copy', externalId: null, part: 'median', apart: copy.toHexString() },
    ]);
    const stored = async (): Promise<Record<string, unknown>> =>
      Object.fromEntries((await ecgs.find({ owner }).toArray()).map((ecg) => [ecg['name'], ecg['apart']]));
    const told = { id: { id: 'rhythm' }, part: { part: 'median' }, only: null, copy: copy.toHexString() };
    for (let times = 0; times < 2; times++) {
      await apart.up(db);
      expect(await stored()).to.deep.equal(told);
    }
    const late = new Types.ObjectId();
    const more = { externalId: null, part: 'rhythm', apart: { part: 'rhythm' } };
    await ecgs.insertOne({ ...common, ...more, _id: late, name: 'late' });
    for (let times = 0; times < 2; times++) {
      await apart.down(db);
      const old = { id: 'rhythm', part: 'median', only: null, copy: copy.toHexString(), late: late.toHexString() };
      expect(await stored()).to.deep.equal(old);
    }
    await apart.up(db);
    await giveBack(database);
  });

  it('can be reverted and applied again', async () => {
    const { db } = await testDatabase();
    if (!db) throw new Error('not connected');
    for (const migration of MIGRATIONS.toReversed()) await migration.down(db);
    for (const migration of [...MIGRATIONS, ...MIGRATIONS]) await migration.up(db);
    const indexes = await db.collection('users').indexes();
    expect(indexes.find(({ name }) => name === 'email')).to.include({ unique: true });
  });
});
