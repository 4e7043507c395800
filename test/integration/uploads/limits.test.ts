/** What ends an upload while its bytes arrive, and the regular sweep. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { PIECE_BYTES } from '../../../src/uploads/pieces.ts';
import { startUploadSweeper } from '../../../src/uploads/sweep.ts';
import { LIMITS, type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { begin, begun, noise, offsetOf, patch, record, TUS, uploadedFile } from '../../support/uploads.ts';

describe('bytes of an upload', () => {
  let app: TestApp;
  afterEach(() => app.close());

  /** Begins to send bytes and leaves the request open. */
  function sending(owner: Principal, id: string, length: number, headers: Record<string, string> = {}): ClientRequest {
    const open = request(`${app.url}/api/v1/uploads/${id}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        Authorization: `Bearer ${owner.token}`,
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': length,
        'Upload-Offset': 0,
        ...headers,
      },
    });
    open.on('error', () => undefined);
    return open;
  }

  it('are refused while the disk of the database is nearly full', async () => {
    app = await startTestApp();
    const id = await begun(app, app.clinician, 10);
    const limits = { ...LIMITS, minFreeDiskBytes: 1e15 };
    const other = await startTestApp({ mongodbUri: 'mongodb://elsewhere', limits }, { database: app.database });
    for (const answer of [await begin(other, app.clinician, 10), await patch(other, app.clinician, id, 0, noise(4))])
      expect(answer.json).to.include({ status: 507, code: 'storage-full' });
    expect(await offsetOf(app, app.clinician, id)).to.equal(0);
    await other.close();
  });

  it('are not stored any more once their user is deactivated', async () => {
    app = await startTestApp();
    const owner = await app.newUser('clinician');
    const id = await begun(app, owner, 3 * PIECE_BYTES);
    const open = sending(owner, id, 3 * PIECE_BYTES);
    open.write(noise(PIECE_BYTES));
    await eventually('the first piece is stored', async () => (await offsetOf(app, owner, id)) === PIECE_BYTES);
    const path = `/users/${owner.id}`;
    await call(app, 'PATCH', path, { token: app.admin.token, body: { isActive: false } });
    open.write(noise(PIECE_BYTES));
    const [answer] = (await once(open, 'response')) as [IncomingMessage];
    expect(answer.statusCode).to.equal(401);
    open.destroy();
    const stored = await app.database.collection('uploads').findOne({ _id: new Types.ObjectId(id) });
    expect(stored).to.include({ offset: PIECE_BYTES });
  });

  it('with a checksum are not stored if the line is cut before the last one', async () => {
    app = await startTestApp();
    const bytes = noise(3 * PIECE_BYTES);
    const id = await begun(app, app.clinician, bytes.length);
    const checksum = `sha1 ${createHash('sha1').update(bytes).digest('base64')}`;
    const open = sending(app.clinician, id, bytes.length, { 'Upload-Checksum': checksum });
    await new Promise<unknown>((resolve) => open.write(bytes.subarray(0, -1), resolve));
    open.destroy();
    const headers = { 'Upload-Checksum': checksum };
    expect((await patch(app, app.clinician, id, 0, bytes, headers)).status).to.equal(204);
    expect(await offsetOf(app, app.clinician, id)).to.equal(bytes.length);
  });

  it('are given up if none arrives for a while, and what came is kept', async () => {
    app = await startTestApp({ limits: { ...LIMITS, uploadIdleMs: 200 } });
    const id = await begun(app, app.clinician, 10);
    const open = sending(app.clinician, id, 10);
    open.write(noise(4));
    const [answer] = (await once(open, 'response')) as [IncomingMessage];
    expect(answer.statusCode).to.equal(408);
    open.destroy();
    expect(await offsetOf(app, app.clinician, id)).to.equal(4);
  });

  it('count among the parallel uploads of their user', async () => {
    app = await startTestApp({ limits: { ...LIMITS, maxParallelUploads: 1 } });
    const [first, second] = [await begun(app, app.clinician, 10), await begun(app, app.clinician, 10)];
    const open = sending(app.clinician, first, 10);
    open.write(noise(4));
    const uploads = app.database.collection('uploads');
    const isBegun = { _id: new Types.ObjectId(first), fence: 1 };
    await eventually('the first has begun', () => uploads.countDocuments(isBegun));
    const refused = await patch(app, app.clinician, second, 0, noise(10));
    expect(refused.json).to.include({ status: 429, code: 'too-many-uploads' });
    open.end(noise(6));
    const [answer] = (await once(open, 'response')) as [IncomingMessage];
    expect(answer.statusCode).to.equal(204);
    answer.resume();
    expect((await patch(app, app.clinician, second, 0, noise(10))).status).to.equal(204);
  });

  it('are removed by the regular sweep when they expire, however often it is interrupted', async () => {
    app = await startTestApp();
    const csv = Buffer.from('II\n1\n-1\n');
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await uploadedFile(app, app.clinician, csv, 'a.csv'));
    expect((await record(app, app.clinician, [ids[0]!])).status).to.equal(201);
    await app.database.collection('uploads').updateMany({}, [{ $set: { expiresAt: new Date(0) } }]);
    const left = () => app.database.collection('uploadPieces').countDocuments({});
    expect(await left()).to.equal(4);
    const deps = { database: app.database, log: pino({ level: 'silent' }) };
    await eventually('nothing is left', async () => {
      const before = await left();
      const sweeper = startUploadSweeper(deps, 1);
      await eventually('a sweep', async () => (await left()) < before);
      await sweeper.stop();
      return (await left()) === 0;
    });
  });
});
