import { expect } from 'chai';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
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

  it('writes with the majority and the journal', async () => {
    const database = await testDatabase();
    expect(database.getClient().options.writeConcern).to.include({ w: 'majority', journal: true });
  });

  it('says which server does not answer, without its password', async () => {
    const error = await connect('mongodb://u:hunter2@127.0.0.1:1/leadwire', pino({ level: 'silent' }), 200).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message)
      .to.match(/^MongoDB at mongodb:\/\/127\.0\.0\.1:1\/leadwire does not answer: /)
      .and.not.contain('hunter2');
  });
});
