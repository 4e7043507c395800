/** What readers added to a recording that is gone is removed by the hourly check, and only that. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { sweep, type Swept } from '../../../src/ecgs/store/sweep.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { annotate, atr, attach, fourSeconds } from '../../support/marks.ts';

const COLLECTIONS = ['ecgMarks', 'ecgAttachedAnnotations', 'ecgComments'];

describe('what readers added to a recording', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());

  const swept = (): Promise<Swept> =>
    sweep({ database: app.database, log: pino({ level: 'silent' }), uploads: app.app.uploads, silentMs: 60_000 });
  const countIn = (name: string, id: string): Promise<number> =>
    app.database.collection(name).countDocuments({ ecg: new Types.ObjectId(id) });
  const added = async (): Promise<string> => {
    const id = await fourSeconds(app, token);
    await annotate(app, token, id, { at: 1, text: 'a' });
    await attach(app, token, id, atr([[1, 1]]));
    await call(app, 'PUT', `/ecgs/${id}/comment`, { token, body: { text: 'a' } });
    for (const name of COLLECTIONS) expect(await countIn(name, id), name).to.equal(1);
    return id;
  };

  for (const name of COLLECTIONS) {
    it(`is removed from ${name} if a removal was interrupted, and stays where the recording is`, async () => {
      const [gone, kept] = [await added(), await added()];
      await app.database.collection('ecgs').deleteOne({ _id: new Types.ObjectId(gone) });
      for (const other of ['ecgBlocks', ...COLLECTIONS.filter((one) => one !== name)])
        await app.database.collection(other).deleteMany({ ecg: new Types.ObjectId(gone) });
      expect(await swept()).to.include({ orphans: 1 });
      expect(await countIn(name, gone)).to.equal(0);
      for (const each of COLLECTIONS) expect(await countIn(each, kept), each).to.equal(1);
      expect(await swept()).to.deep.equal({ removed: 0, orphans: 0, hollow: 0 });
    });
  }
});
