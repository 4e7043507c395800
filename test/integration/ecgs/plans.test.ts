/** The query plan of the filter by the sender's id: a recording is found in its index, however many its owner has. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';

const RECORDINGS = 300;

describe('a recording with an id of the sender', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
    const owner = new Types.ObjectId(app.clinician.id);
    const one = { owner, version: 1, channels: [], siblings: [], createdAt: new Date(), updatedAt: new Date() };
    const many = Array.from({ length: RECORDINGS }, (_, i) => ({ ...one, externalId: `other ${i}`, apart: `${i}` }));
    await app.database.collection('ecgs').insertMany(many);
    await send();
  });
  after(async () => {
    await app.database.collection('ecgs').deleteMany({ channels: [] });
    await app.close();
  });

  const send = (): Promise<Answer> =>
    call(app, 'POST', '/ecgs', { token, body: { id: 'mine', leads: [{ name: 'II', signal: [1, -1] }] } });

  /** The greatest number of recordings that one command reads. */
  async function looked(request: () => Promise<Answer>): Promise<number> {
    const db = app.database.db!;
    await db.command({ profile: 2 });
    expect((await request()).status).to.equal(200);
    await db.command({ profile: 0 });
    const all = await db
      .collection('system.profile')
      .find({ ns: `${db.databaseName}.ecgs`, docsExamined: { $exists: true } })
      .toArray();
    await db.collection('system.profile').drop();
    expect(all).to.not.be.empty;
    return Math.max(...all.map(({ docsExamined }) => docsExamined as number));
  }

  it('is listed without looking at the others', async () => {
    expect(await looked(() => call(app, 'GET', '/ecgs?externalId=mine', { token }))).to.be.at.most(2);
  });

  it('is recognised when it is sent again without looking at the others', async () => {
    expect(await looked(send)).to.be.at.most(2);
  });
});
