/** Lines that are cut, and clients that continue the same upload at the same time. */
import { expect } from 'chai';
import { request } from 'node:http';
import { readFileSync } from 'node:fs';
import { mongo, Types } from 'mongoose';
import { uploadPieces } from '../../../src/uploads/model.ts';
import { PIECE_BYTES, storedBytes } from '../../../src/uploads/pieces.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { CuttingLine } from '../../support/cutting-line.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { upload } from '../../support/multipart.ts';
import { recorded } from '../../support/recorded.ts';
import { uniform } from '../../support/signals.ts';
import { jsonSending, signalsOf } from '../../support/sendings.ts';
import { sendFile } from '../../support/tus-client.ts';
import { begun, noise, offsetOf, patch, readUpload, record, TUS } from '../../support/uploads.ts';

/** Numbers of this test: `npm run test:faults` has more. */
const CUTS = 40;
const CHUNK = 262_144;

describe('an interrupted upload', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  const user = () => app.clinician;

  async function bytesOf(id: string): Promise<Buffer> {
    const _id = new Types.ObjectId(id);
    const stored = await app.database.collection('uploads').findOne<{ offset: number }>({ _id });
    const bytes = [];
    for await (const piece of storedBytes(app.database, { _id, offset: stored!.offset })) bytes.push(piece);
    return Buffer.concat(bytes);
  }

  /** Begins to send bytes and leaves the request open. */
  function sending(id: string, offset: number, length: number) {
    const open = request(`${app.url}/api/v1/uploads/${id}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        Authorization: `Bearer ${user().token}`,
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': length,
        'Upload-Offset': offset,
      },
    });
    open.on('error', () => undefined);
    return open;
  }

  it(`is the same recording after ${CUTS} cuts at random places, each re-sending at most one chunk`, async () => {
    const { raw } = jsonSending('cut', signalsOf(7, { I: 400_000, II: 400_000, V1: 400_000 }));
    const file = Buffer.from(raw);
    const random = uniform(200);
    const line = await CuttingLine.to(
      app,
      Array.from({ length: CUTS }, () => Math.floor(random() * file.length)),
    );
    const { id } = await sendFile(line, user(), file, { name: 'cut.json', chunkSize: CHUNK });
    await line.close();
    expect(line.cuts).to.equal(CUTS);
    const heads = 1_000 * (4 * CUTS + file.length / CHUNK);
    expect(line.passed - file.length).to.be.below(CUTS * CHUNK + heads);
    expect((await bytesOf(id)).equals(file)).to.equal(true);
    const made = await record(app, user(), [id]);
    expect(made.status, made.text).to.equal(201);
    const direct = await upload(app, app.other.token, [{ file: 'cut.json', bytes: file }]);
    expect(await recorded(app, made.json.id)).to.deep.equal(await recorded(app, direct.json.id));
  });

  it('keeps everything that arrived, also if it does not fill a piece', async () => {
    const bytes = noise(5 * PIECE_BYTES);
    const id = await begun(app, user(), bytes.length);
    const first = sending(id, 0, bytes.length);
    first.write(bytes.subarray(0, 2.5 * PIECE_BYTES));
    await eventually('two pieces are stored', async () => (await offsetOf(app, user(), id)) === 2 * PIECE_BYTES);
    first.destroy();
    await eventually('the rest is stored', async () => (await offsetOf(app, user(), id)) === 2.5 * PIECE_BYTES);
    const { status } = await patch(app, user(), id, 2.5 * PIECE_BYTES, bytes.subarray(2.5 * PIECE_BYTES));
    expect(status).to.equal(204);
    expect((await bytesOf(id)).equals(bytes)).to.equal(true);
  });

  it('can be continued at another instance', async () => {
    const another = await startTestApp({}, { database: app.database });
    const file = readFileSync(new URL('../../../fixtures/ecg-12lead-10s.dcm', import.meta.url));
    const id = await begun(app, user(), file.length, 'a.dcm');
    expect((await patch(app, user(), id, 0, file.subarray(0, 1_000))).status).to.equal(204);
    expect(await offsetOf(another, user(), id)).to.equal(1_000);
    expect((await patch(another, user(), id, 1_000, file.subarray(1_000))).status).to.equal(204);
    expect((await record(another, user(), [id])).status).to.equal(201);
    expect((await readUpload(app, user(), id)).json.state).to.equal('done');
    await another.close();
  });

  it('of two clients at one offset lets one win', async () => {
    for (let round = 0; round < 10; round++) {
      const files = [noise(3 * PIECE_BYTES), noise(3 * PIECE_BYTES)];
      const id = await begun(app, user(), 3 * PIECE_BYTES);
      const answers = await Promise.all(files.map((file) => patch(app, user(), id, 0, file)));
      expect(answers.map(({ status }) => status)).to.have.members([204, 409]);
      const winner = answers.findIndex(({ status }) => status === 204);
      expect((await bytesOf(id)).equals(files[winner]!)).to.equal(true);
      expect(await uploadPieces(app.database).countDocuments({ upload: new Types.ObjectId(id) })).to.equal(3);
    }
  });

  it('is not disturbed by the request that was cut, even if the service has not noticed that', async () => {
    const id = await begun(app, user(), 2 * PIECE_BYTES);
    const [old, fresh] = [noise(2 * PIECE_BYTES), noise(2 * PIECE_BYTES)];
    const first = sending(id, 0, old.length);
    first.write(old.subarray(0, 1_000));
    await eventually('the first request has begun', async () => {
      const stored = await app.database.collection('uploads').findOne({ _id: new Types.ObjectId(id) });
      return stored!['fence'] === 1;
    });
    expect((await patch(app, user(), id, 0, fresh.subarray(0, PIECE_BYTES))).status).to.equal(204);
    first.end(old.subarray(1_000));
    const status = await new Promise((resolve) => {
      first.on('response', (answer) => resolve(answer.resume().statusCode));
    });
    expect(status).to.equal(409);
    expect((await patch(app, user(), id, PIECE_BYTES, fresh.subarray(PIECE_BYTES))).status).to.equal(204);
    expect((await bytesOf(id)).equals(fresh)).to.equal(true);
  });

  it('promises nothing of a piece whose offset is not moved yet', async () => {
    const id = await begun(app, user(), 2 * PIECE_BYTES);
    const bytes = noise(2 * PIECE_BYTES);
    const held = { command: 'insert', collection: 'uploadPieces' } as const;
    const { status } = await whileHeld(
      app.database,
      held,
      () => patch(app, user(), id, 0, bytes),
      async () => {
        expect(await offsetOf(app, user(), id)).to.equal(0);
      },
    );
    expect(status).to.equal(204);
    // As an instance leaves it that is killed between the piece and the offset.
    const uploads = app.database.collection('uploads');
    const _id = new Types.ObjectId(id);
    await uploads.updateOne({ _id }, { $set: { offset: PIECE_BYTES, state: 'receiving' } });
    expect((await patch(app, user(), id, PIECE_BYTES, bytes.subarray(PIECE_BYTES, -5))).status).to.equal(204);
    expect((await patch(app, user(), id, bytes.length - 5, bytes.subarray(-5))).status).to.equal(204);
    const pieces = uploadPieces(app.database);
    expect(await pieces.countDocuments({ upload: _id }), 'without the one that was left').to.equal(3);
    // That of an instance that was only paused, and comes too late.
    const late = { _id: new Types.ObjectId(), upload: _id, offset: PIECE_BYTES, fence: 1 };
    await pieces.insertOne({ ...late, data: new mongo.Binary(noise(PIECE_BYTES)) });
    expect((await bytesOf(id)).equals(bytes)).to.equal(true);
  });
});
