/** Instances that are killed while they receive bytes: nothing is promised that is not stored. */
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose, { type Connection, type Types } from 'mongoose';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { storedBytes } from '../../../src/uploads/pieces.ts';
import { logIn } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { testUri } from '../../support/mongo.ts';
import { serviceEnv, type Started, startProgram } from '../../support/started.ts';
import { uniform } from '../../support/signals.ts';
import { sendFile } from '../../support/tus-client.ts';
import { record } from '../../support/uploads.ts';

const BYTES = 60_000_000;
const KILLS = 8;
const PASSWORD = 'correct horse battery';
const EMAIL = 'killed@clinic.example';

describe(`an upload whose instance is killed ${KILLS} times`, function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-killed-'));
  let uri = '';
  let port = 0;
  let database: Connection;
  let service: Started;

  const start = (): Started =>
    startProgram('main.ts', [], {
      cwd: folder,
      env: serviceEnv(join(folder, 'data'), {
        PORT: String(port),
        MONGODB_URI: uri,
        SECRET_KEY: 'a key of the tests that is long enough',
        FIRST_SUPERUSER_PASSWORD: PASSWORD,
        RATE_LIMIT: 'off',
      }),
    });

  before(async () => {
    uri = await testUri();
    port = await freePort();
    database = await mongoose.createConnection(uri).asPromise();
    service = start();
    await service.says(/listens on/);
    await ensureUser(database, { email: EMAIL, password: PASSWORD, fullName: 'Somebody', role: 'clinician' });
  });
  after(async () => {
    service.process.kill('SIGKILL');
    await service.ended;
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const uploads = () => database.collection<{ _id: Types.ObjectId; offset: number }>('uploads');

  it('is complete and correct, and at every moment its stored bytes are those up to its offset', async () => {
    const url = `http://127.0.0.1:${port}`;
    const owner = { token: await logIn(url, EMAIL, PASSWORD) };
    const header = Buffer.from(`k 1 500 ${BYTES / 2}\nk.dat 16 200/mV 16 0 0 0 0 I\n`);
    const file = randomBytes(BYTES);
    const sending = sendFile({ url }, owner, file, { name: 'k.dat', againMs: 200 });
    sending.catch(() => undefined);
    const random = uniform(5);
    for (let kill = 1; kill <= KILLS; kill++) {
      const due = ((kill - 0.9 + 0.8 * random()) / (KILLS + 1)) * BYTES;
      await eventually('some progress', async () => ((await uploads().findOne({}))?.offset ?? 0) > due, 60_000);
      service.process.kill('SIGKILL');
      await service.ended;
      const { _id, offset } = (await uploads().findOne({}))!;
      const bytes = [];
      for await (const piece of storedBytes(database, { _id, offset })) bytes.push(piece);
      expect(Buffer.concat(bytes).equals(file.subarray(0, offset)), `after kill ${kill}`).to.equal(true);
      service = start();
      await service.says(/listens on/);
    }
    const { id } = await sending;
    const head = (await sendFile({ url }, owner, header, { name: 'k.hea' })).id;
    const made = await record({ url }, owner, [head, id]);
    expect(made.status, made.text).to.equal(201);
    const samples = await fetch(`${url}/api/v1/ecgs/${made.json.id}/channels/I/samples?from=0&to=1000`, {
      headers: { Authorization: `Bearer ${owner.token}`, Accept: 'application/octet-stream' },
    });
    const bytes = Buffer.from(await samples.arrayBuffer());
    expect(bytes.equals(file.subarray(0, bytes.length))).to.equal(true);
    expect(bytes.length).to.equal(1_000_000);
  });
});
