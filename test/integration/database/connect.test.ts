/** The connection to MongoDB: strict filters, safe writes, and the error for a server that does not answer. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { importFiles } from '../../../src/imports/model.ts';
import { LineCut } from '../../support/line-cut.ts';
import { testDatabase } from '../../support/mongo.ts';

describe('the connection', () => {
  it('refuses a filter with a field that the schema lacks', async () => {
    const database = await testDatabase();
    const model = database.model('Thing', new database.base.Schema({ owner: String }));
    const error = await model.find({ onwer: 'x' } as never).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.name).to.equal('StrictModeError');
  });

  it('writes with majority and journal', async () => {
    const database = await testDatabase();
    expect(database.getClient().options.writeConcern).to.include({ w: 'majority', journal: true });
  });

  it('requests them in every write, including those of transactions and files', async () => {
    const database = await testDatabase();
    const line = await LineCut.open(Number(database.getClient().options.hosts[0]?.port));
    const own = await connect(line.uri(database.name), pino({ level: 'silent' }));
    await own.collection('things').insertOne({});
    await inTransaction(own, async (session) => own.collection('things').insertOne({}, { session }));
    await pipeline(Readable.from(['text']), importFiles(own).openUploadStream('name'));
    await own.close();
    await line.close();
    const concerns = (name: string, collection: string | null): unknown[] =>
      line.commands
        .filter((command) => command.name === name && (collection === null || command.collection === collection))
        .map(({ writeConcern }) => writeConcern);
    const durable = { w: 'majority', j: true };
    // Writes in a transaction are acknowledged by its commit.
    expect(concerns('insert', 'things')).to.deep.equal([durable, null]);
    expect(concerns('commitTransaction', null)[0]).to.include(durable);
    for (const collection of ['importFiles.chunks', 'importFiles.files'])
      expect(concerns('insert', collection), collection).to.deep.equal([durable]);
  });

  it('names the server that does not answer, without its password', async () => {
    const error = await connect('mongodb://u:hunter2@127.0.0.1:1/leadwire', pino({ level: 'silent' }), 200).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message)
      .to.match(/^MongoDB at mongodb:\/\/127\.0\.0\.1:1\/leadwire does not answer: /)
      .and.not.contain('hunter2');
  });
});
