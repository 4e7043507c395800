/** The free disk space of the database, and which requests are refused when little is left. */
import { once } from 'node:events';
import { rmSync, statfsSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { readConfig } from '../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { call } from '../support/http.ts';
import { skipWithout, type SmallDisk, smallDisk } from '../support/small-disk.ts';

const MIB = 1024 * 1024;
const LIMITS = readConfig({
  SECRET_KEY: 'k'.repeat(32),
  FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10),
  LOAD_DEMO: 'false',
}).limits;
const recording = { leads: [{ name: 'I', signal: [1, -1, 2, -2] }] };
const attendances = 'id_atendimento;id_cliente;angel;polo;data_limite;data_de_atendimento\n1;a;b;c;31/05/2026;\n';
const csv = (): FormData => {
  const form = new FormData();
  form.set('file', new File([attendances], 'attendances.csv', { type: 'text/csv' }));
  return form;
};

/** Tries an upload and an import. Returns both answers and their statuses. */
const tried = async (test: TestApp) => {
  const upload = await call(test, 'POST', '/ecgs?duplicate=allow', { token: test.clinician.token, body: recording });
  const imported = await call(test, 'POST', '/imports', { token: test.clinician.token, body: csv() });
  return { upload, imported, statuses: [upload.status, imported.status] };
};

describe('the free space on the disk of the database', () => {
  let test: TestApp;
  afterEach(() => test.close());

  it('is queried from an external database, and stops uploads and imports before the disk is full', async () => {
    test = await startTestApp({ mongodbUri: 'mongodb://elsewhere', limits: { ...LIMITS, minFreeDiskBytes: 1e15 } });
    const { upload, imported, statuses } = await tried(test);
    expect(statuses).to.deep.equal([507, 507]);
    for (const { json, headers } of [upload, imported]) {
      expect(json).to.include({ code: 'storage-full', status: 507 });
      expect(json.detail).to.contain('MIN_FREE_DISK_BYTES').and.not.contain(tmpdir());
      expect(headers.get('retry-after')).to.equal('60');
    }
    for (const [path, type] of [
      ['ecgs', 'application/json'],
      ['imports', 'multipart/form-data; boundary=x'],
    ] as const) {
      const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
      socket.write(
        `POST /api/v1/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${test.clinician.token}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
      );
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString(), path).to.match(/^HTTP\/1\.1 507 /);
      socket.destroy();
    }
    expect((await call(test, 'GET', '/ecgs', { token: test.clinician.token })).json.items).to.deep.equal([]);
    expect((await call(test, 'GET', '/imports', { token: test.clinician.token })).json.items).to.deep.equal([]);
    expect(await test.database.collection('ecgBlocks').countDocuments()).to.equal(0);
  });

  it('does not matter without a reserve', async () => {
    test = await startTestApp({ mongodbUri: 'mongodb://elsewhere', limits: { ...LIMITS, minFreeDiskBytes: 0 } });
    expect((await tried(test)).statuses).to.deep.equal([201, 202]);
  });

  it('does not prevent reading, changing and deleting', async () => {
    test = await startTestApp({ mongodbUri: 'mongodb://elsewhere', limits: { ...LIMITS, minFreeDiskBytes: 0 } });
    const { id } = (await tried(test)).upload.json as { id: string };
    const full = await startTestApp(
      { limits: { ...LIMITS, minFreeDiskBytes: 1e15 }, mongodbUri: 'mongodb://elsewhere' },
      { database: test.database },
    );
    const { token } = test.clinician;
    try {
      expect((await call(full, 'POST', '/ecgs?duplicate=allow', { token, body: recording })).status).to.equal(507);
      expect((await call(full, 'GET', `/ecgs/${id}/insights`, { token })).status).to.equal(200);
      expect((await call(full, 'PATCH', `/ecgs/${id}`, { token, body: { notes: 'x' } })).status).to.equal(200);
      expect((await call(full, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
    } finally {
      await full.close();
    }
  });

  it('is that of the data folder with the embedded database, and is measured again later', async function () {
    const disk = smallDisk(64);
    skipWithout(disk, this);
    const { path, ...small } = disk as SmallDisk;
    try {
      test = await startTestApp({ mongodbUri: null, dataDir: path, limits: { ...LIMITS, minFreeDiskBytes: 32 * MIB } });
      expect((await tried(test)).statuses).to.deep.equal([201, 202]);
      const filler = small.leave(10);
      // A measurement is valid for one second.
      while ((await tried(test)).statuses[0] !== 507);
      expect((await tried(test)).statuses).to.deep.equal([507, 507]);
      rmSync(filler);
      while ((await tried(test)).statuses[0] !== 201);
    } finally {
      small.remove();
    }
  });

  it('may be that of temporary files: an upload that does not fit leaves nothing behind', async function () {
    const disk = smallDisk(4);
    skipWithout(disk, this);
    const { path, ...small } = disk as SmallDisk;
    const before = process.env['TMPDIR'];
    test = await startTestApp();
    process.env['TMPDIR'] = path;
    try {
      const form = new FormData();
      form.append('files', new File([new Uint8Array(8 * MIB)], '100.dat'));
      form.append('files', new File(['100 1 360 10\n100.dat 16 200 16 0 0 0 0 II\n'], '100.hea'));
      const answer = await call(test, 'POST', '/ecgs', { token: test.clinician.token, body: form });
      expect(answer.status).to.equal(507);
      expect(answer.json).to.include({ code: 'storage-full' });
      expect(answer.json.detail).not.to.contain(path);
      const { bfree, blocks } = statfsSync(path);
      expect(bfree).to.equal(blocks);
      expect((await call(test, 'POST', '/ecgs', { token: test.clinician.token, body: recording })).status).to.equal(
        201,
      );
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      small.remove();
    }
  });
});
