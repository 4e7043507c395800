/** Uploads of files that are refused: nothing is kept of them. */
import { connect as connectSocket } from 'node:net';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { annotationCollection, blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import type { Files } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { multipart, type Part, upload } from '../../support/multipart.ts';
import { annotatedRecord, int16, parts, text } from './parts.ts';

const ID = '665f1c2ab7e4d1a2c3b4d5e6';

describe('an upload of files', () => {
  let app: TestApp;
  let owner: Principal;
  let record: Files;
  /** Where uploads are set aside; those of the tests that run at the same time go elsewhere. */
  let folder: string;
  const usual = process.env['TMPDIR'];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-refusals-'));
    process.env['TMPDIR'] = folder;
    app = await startTestApp();
    record = await annotatedRecord();
  });
  after(async () => {
    await app.close();
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    owner = await app.newUser('clinician');
  });

  const send = (list: readonly Part[], query = '') => upload(app, owner.token, list, query);
  const counts = async (): Promise<number[]> => [
    await ecgModel(app.database).countDocuments(),
    await blockCollection(app.database).countDocuments(),
    await annotationCollection(app.database).countDocuments(),
  ];
  const small: Files = { 'r.hea': text('r 1', 'r.dat 16'), 'r.dat': int16(5, -5, 7) };

  describe('is refused, and leaves nothing', () => {
    const refused: [string, () => Part[], number, string, RegExp?][] = [
      ['in an unknown format', () => [{ file: 'x.dat', bytes: int16(1, 2, 3) }], 415, 'format-unknown', /x\.dat.*WFDB/],
      ['without a file', () => [{ field: 'id', value: 'a' }], 422, 'validation-failed'],
      [
        'without its signal file',
        () => parts(small, ['r.hea']),
        422,
        'recording-invalid',
        /r\.dat, which was not sent/,
      ],
      [
        'with two files of one name',
        () => [...parts(small), { file: 'R.DAT', bytes: int16(1) }],
        422,
        'validation-failed',
      ],
      [
        'with two recordings',
        () => [...parts(small), { file: 'q.hea', bytes: text('q 1', 'q.dat 16') }],
        422,
        'recording-invalid',
        /q\.hea is a separate recording/,
      ],
      [
        'with a field that nobody knows',
        () => [...parts(small), { field: 'colour', value: 'red' }],
        422,
        'validation-failed',
      ],
      [
        'with a field that is not UTF-8',
        () => [{ field: 'notes', value: Buffer.from('Gr\u00f6\u00dfe', 'latin1') }, ...parts(small)],
        422,
        'validation-failed',
      ],
      [
        'with a field given twice',
        () => [{ field: 'id', value: 'a' }, { field: 'id', value: 'b' }, ...parts(small)],
        422,
        'validation-failed',
      ],
      [
        'with a rate that is not a number',
        () => [...parts(small), { field: 'samplingRate', value: 'fast' }],
        422,
        'validation-failed',
      ],
      [
        'with fields that are too long',
        () => [{ field: 'notes', value: 'x'.repeat(2 << 20) }, ...parts(small)],
        413,
        'body-too-large',
      ],
      [
        'with a wrong checksum after many blocks',
        () => parts({ ...record, [`${ID}.dat`]: Buffer.concat([record[`${ID}.dat`]!.subarray(0, -2), int16(30_000)]) }),
        422,
        'recording-invalid',
        /checksum/,
      ],
      [
        'with annotations that are cut',
        () => parts({ ...record, [`${ID}.atr`]: record[`${ID}.atr`]!.subarray(0, 2_401) }),
        422,
        'recording-invalid',
        /ends inside/,
      ],
    ];
    for (const [what, list, status, code, detail] of refused) {
      it(what, async () => {
        const before = await counts();
        const answer = await send(list());
        expect(answer.json, answer.text).to.include({ status, code });
        if (detail) expect(answer.json.detail).to.match(detail);
        expect(await counts()).to.deep.equal(before);
      });
    }

    const broken: [string, (whole: Uint8Array) => Uint8Array, string][] = [
      [
        'whose end is missing',
        (whole) => whole.subarray(0, -20),
        'multipart/form-data; boundary=leadwire-test-boundary',
      ],
      ['without a boundary', (whole) => whole, 'multipart/form-data'],
      ['with another boundary', (whole) => whole, 'multipart/form-data; boundary=other'],
    ];
    for (const [what, change, type] of broken) {
      it(`as a multipart body ${what}`, async () => {
        const before = await counts();
        const answer = await call(app, 'POST', '/ecgs', {
          token: owner.token,
          raw: change(multipart(parts(small)).raw),
          headers: { 'Content-Type': type },
        });
        expect(answer.json, answer.text).to.include({ status: 400, code: 'malformed-request' });
        expect(await counts()).to.deep.equal(before);
      });
    }

    it('as an empty or an unknown body', async () => {
      for (const raw of ['', 'hello', '\0\0\0\0']) {
        const answer = await call(app, 'POST', '/ecgs', {
          token: owner.token,
          raw,
          headers: { 'Content-Type': 'application/octet-stream' },
        });
        expect(answer.json, answer.text).to.include({ status: 415, code: 'format-unknown' });
      }
    });

    it('with an invalid query', async () => {
      for (const query of ['?gain=0', '?colour=red', '?id=a&id=b', '?date=2026-02-30'])
        expect((await send(parts(small), query)).json.code, query).to.equal('invalid-query');
    });

    it('when the client disconnects at any point', async () => {
      const { raw } = multipart(parts(record, [`${ID}.dat`, `${ID}.hea`, `${ID}.atr`]));
      const { raw: straight } = multipart(parts(record, [`${ID}.hea`, `${ID}.dat`, `${ID}.atr`]));
      const before = await counts();
      for (const [body, share] of [
        [raw, 0.5],
        [raw, 0.999],
        [straight, 0.5],
        [straight, 0.99],
      ] as const) {
        const { hostname, port } = new URL(app.url);
        const socket = connectSocket(Number(port), hostname);
        await new Promise<void>((resolve) => {
          socket.write(
            'POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\n' +
              `Authorization: Bearer ${owner.token}\r\n` +
              'Content-Type: multipart/form-data; boundary=leadwire-test-boundary\r\n' +
              `Content-Length: ${body.length}\r\n\r\n`,
          );
          socket.write(body.subarray(0, Math.floor(body.length * share)), () => resolve());
        });
        for (let turn = 0; turn < 200; turn++) await nextTurn();
        socket.resetAndDestroy();
      }
      await eventually('every upload has ended', () => app.app.uploads.active.size === 0);
      expect((await send(parts(small))).status).to.equal(201);
      const after = await counts();
      expect([after[0]! - before[0]!, after[2]! - before[2]!]).to.deep.equal([1, 0]);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  });
});
