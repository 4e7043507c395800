/** `/imports` over HTTP: files that are imported, files that cannot be, and forms that are wrong. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { notes, type Thing, things } from '../../support/import-kind.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import {
  counts,
  ended,
  form,
  importCollection,
  imported as importedBy,
  send as sendTo,
  type Sent,
} from '../../support/imports.ts';
import { leaseCollection } from '../../../src/imports/model.ts';

describe('/imports', function () {
  this.timeout(60_000);
  let app: TestApp;
  let user: Principal;

  before(async () => {
    app = await startTestApp({}, { importKinds: [things, notes], importTiming: { leaseMs: 3_000, pollMs: 50 } });
    await app.database.collection('things').createIndex({ key: 1 }, { unique: true });
    app.app.importWorker.start();
    user = app.clinician;
  });
  after(() => app.close());
  beforeEach(() =>
    Promise.all([app.database.collection('things').deleteMany({}), app.database.collection('notes').deleteMany({})]),
  );

  const send = (file: Sent, fields?: Record<string, string>): Promise<Answer> => sendTo(app, user, file, fields);
  const imported = (file: Sent, fields?: Record<string, string>) => importedBy(app, user, file, fields);
  const refused = async (body: FormData | string, headers: Record<string, string> = {}) => {
    const answer = await call(app, 'POST', '/imports', {
      token: user.token,
      ...(typeof body === 'string' ? { raw: body } : { body }),
      headers,
    });
    return [answer.status, answer.json.code, answer.json.errors?.[0]?.path];
  };
  const stored = async () =>
    (await app.database.collection<Thing>('things').find().sort({ key: 1 }).toArray()).map(
      ({ key, value }) => `${key}=${value}`,
    );
  const errorsOf = async (id: string) =>
    (await call(app, 'GET', `/imports/${id}/errors`, { token: user.token })).json.items;

  describe('a file', () => {
    it('is answered with 202 and the location of its import, which stores good rows and reports bad ones', async () => {
      const answer = await send('\uFEFFnote;KEY; v a l u e\r\n"x\r\ny";a;1\r\n;b;zwei\r\n;;3\r\n\r\n;d;4;5\r\nok;e;5', {
        source: 'ward',
      });
      expect(answer.status).to.equal(202);
      expect(answer.headers.get('Location')).to.equal(`/api/v1/imports/${answer.json.id}`);
      expect(answer.json).to.include({
        state: 'queued',
        kind: null,
        source: 'ward',
        userId: user.id,
        fileName: 'things.csv',
        dryRun: false,
      });
      const job = await ended(app, user, answer.json.id);
      expect(job).to.deep.include({
        state: 'completed',
        failure: null,
        kind: 'things',
        encoding: 'utf-8',
        rows: counts(5, 2, 0, 0, 3),
        errors: 3,
        alsoCreated: { parents: 2 },
      });
      expect(job.bytes.done).to.equal(job.bytes.total);
      expect(await stored()).to.deep.equal(['a=1', 'e=5']);
      expect(await errorsOf(job.id)).to.deep.equal([
        { line: 4, column: 'Value', value: 'zwei', reason: 'is no whole number' },
        { line: 5, column: 'Key', value: null, reason: 'is missing' },
        { line: 7, column: null, value: null, reason: 'has 4 columns, but the header has 3' },
      ]);
    });

    it('with the byte order mark of UTF-8 is read as UTF-8, in which rows of other bytes fail', async () => {
      const job = await imported(
        Buffer.concat([
          Buffer.from('\uFEFFkey,value,note\na,1,Jos\u00e9\nb,2,'),
          Buffer.from('Jos\u00e9\nc,3,x\n', 'latin1'),
        ]),
      );
      expect(job).to.deep.include({ state: 'completed', encoding: 'utf-8', rows: counts(3, 2, 0, 0, 1) });
      expect(await stored()).to.deep.equal(['a=1', 'c=3']);
      const [error, ...others] = await errorsOf(job.id);
      expect(error).to.deep.include({ line: 3, column: null, value: null });
      expect(error.reason).to.contain('not valid UTF-8');
      expect(others).to.deep.equal([]);
      expect(await imported(Buffer.concat([Buffer.from('\uFEFFkey,value,'), Buffer.from('n\u00f5te\n', 'latin1')])))
        .to.include({ state: 'failed' })
        .and.property('failure')
        .contains('UTF-8');
    });

    it('is removed once the import has ended, with the lease and what was kept to resume', async () => {
      const { id } = await imported('Text\na\na\n');
      await eventually('the lease is gone', async () => (await leaseCollection(app.database).countDocuments()) === 0);
      for (const name of ['importFiles.files', 'importFiles.chunks', 'importOccurrences'])
        expect(await app.database.collection(name).countDocuments(), name).to.equal(0);
      expect((await call(app, 'GET', `/imports/${id}`, { token: user.token })).json).to.include({ state: 'completed' });
      expect(await importCollection(app.database).countDocuments({ file: { $type: 'objectId' } })).to.equal(0);
    });

    it('changes nothing when it is sent again, and says so', async () => {
      const file = 'Key,Value\na,1\nb,2\nb,3\n';
      expect((await imported(file)).rows).to.deep.equal(counts(3, 2, 1, 0, 0));
      const before = await app.database.collection('things').find().sort({ key: 1 }).toArray();
      expect((await imported('Key,Value\na,1\nb,3\n')).rows).to.deep.equal(counts(2, 0, 0, 2, 0));
      expect(await app.database.collection('things').find().sort({ key: 1 }).toArray()).to.deep.equal(before);
    });

    it('may have equal rows without an identifier, which are counted', async () => {
      expect((await imported('Text\na\nb\na\n')).rows).to.deep.equal(counts(3, 3, 0, 0, 0));
      expect((await imported('Text\na\nb\na\na\n')).rows).to.deep.equal(counts(4, 1, 0, 3, 0));
    });

    it('is not written in a dry run, which reports the same', async () => {
      const job = await imported('Key,Value,Note\na,1,\nb,x,\nc,3,refuse\n', { dryRun: 'true' });
      expect(job).to.deep.include({ state: 'completed', dryRun: true, rows: counts(3, 1, 0, 0, 2) });
      expect(await stored()).to.deep.equal([]);
      expect(await errorsOf(job.id)).to.have.length(2);
    });

    it('loses only the row whose write the database refuses, wherever it is in its batch', async () => {
      const rows = Array.from({ length: 40 }, (_, i) => `k${i},${i},`);
      rows.splice(17, 0, 'k3,3,collide');
      const job = await imported(`Key,Value,Note\n${rows.join('\n')}`);
      expect(job.rows).to.deep.equal(counts(41, 40, 0, 0, 1));
      expect(await errorsOf(job.id)).to.deep.equal([
        { line: 19, column: null, value: null, reason: 'conflicts with data that is already stored' },
      ]);
    });

    it('is cut into batches if it is large, and all of them count', async () => {
      const job = await imported(`Value,Key\n${Array.from({ length: 2_500 }, (_, i) => `${i},key ${i}`).join('\n')}`);
      expect(job.rows).to.deep.equal(counts(2_500, 2_500, 0, 0, 0));
      expect(job.rate).to.be.greaterThan(0);
    });

    for (const [what, file] of [
      ['comma and spaces', 'Key, Value, Note\na, 1, "José, x"\n'],
      ['semicolon', 'Key;Value;Note\na;1;José, x\n'],
      ['tab', 'Key\tValue\tNote\na\t1\tJosé, x\n'],
    ] as const) {
      it(`may have ${what}, in UTF-8 and Latin-1`, async () => {
        for (const bytes of [Buffer.from(file), Buffer.from(file, 'latin1')]) {
          await imported(new Uint8Array(bytes));
          expect(await app.database.collection('things').findOne({ key: 'a' })).to.include({
            value: 1,
            note: 'José, x',
          });
        }
      });
    }
  });

  describe('a file that cannot be imported', () => {
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46, 0x49, 0x46, 0, 1, 10, 1, 2, 3]);
    for (const [what, file, reason, fields] of [
      ['an empty file', '', /^The file is empty\.$/],
      ['blank lines', '\n \n', /^The file is empty\.$/],
      ['an image', jpeg, /NUL byte/],
      ['UTF-16', new Uint8Array(Buffer.from('\uFEFFKey,Value\n', 'utf16le')), /UTF-16\. Save it as UTF-8/],
      [
        'an unknown header',
        'x,y\n1,2\n',
        /not a known header\. Its columns are: x, y\. Known headers: things \(Key, Value\)/,
      ],
      ['no header', 'a,1\nb,2\n', /not a known header/],
      ['a missing column', 'Key,Note\n', /lacks Value/],
      [
        'columns that may be left out',
        'Key,Colour\n',
        /lacks Value and has unknown columns: Colour\. Its columns are: Key, Value; these may be left out: Note\./,
      ],
      ['a column twice', 'Key,Value,key\n', /repeats columns: key/],
      ['the header of another kind', 'Text\na\n', /not a known header/, { kind: 'things' }],
      ['a header without end', 'k'.repeat(600_000), /longer than 262144 bytes/],
      ['a header of a million columns', ','.repeat(200_000), /more than 1000 columns/],
    ] as [string, Sent, RegExp, Record<string, string>?][]) {
      it(`fails as a whole, with the reason: ${what}`, async () => {
        const job = await imported(file, fields);
        expect(job).to.deep.include({ state: 'failed', rows: counts(0, 0, 0, 0, 0) });
        expect(job.failure).to.match(reason);
      });
    }

    it('loses only the rows that cannot be read', async () => {
      const job = await imported(
        `Key,Value\na,1\n${'x'.repeat(300_000)}\nb\0,2\n"c,3\nd,4\n${','.repeat(100_000)}\ne,5\n`,
      );
      expect(job.rows).to.deep.equal(counts(7, 3, 0, 0, 4));
      expect((await errorsOf(job.id)).map(({ line }: { line: number }) => line)).to.deep.equal([3, 4, 5, 7]);
      expect(await stored()).to.deep.equal(['a=1', 'd=4', 'e=5']);
    });
  });

  describe('a form that is wrong', () => {
    const without = new FormData();
    without.set('kind', 'things');
    const misnamed = new FormData();
    misnamed.set('upload', new Blob(['a'], { type: 'text/csv' }), 'a.csv');
    const two = form('Key,Value\n');
    two.append('file', new Blob(['a'], { type: 'text/csv' }), 'b.csv');

    it('is refused with the field that is wrong', async () => {
      expect(await refused(without)).to.deep.equal([422, 'validation-failed', '/file']);
      expect(await refused(misnamed)).to.deep.equal([422, 'validation-failed', '/file']);
      expect(await refused(two)).to.deep.equal([422, 'validation-failed', '/file']);
      expect(await refused(form('', { kind: 'nothing' }))).to.deep.equal([422, 'validation-failed', '/kind']);
      expect(await refused(form('', { dryRun: 'perhaps' }))).to.deep.equal([422, 'validation-failed', '/dryRun']);
      expect(await refused(form('', { other: 'x' }))).to.deep.equal([422, 'validation-failed', '/other']);
    });

    it('is refused if a field is given twice', async () => {
      for (const [name, message] of [
        ['source', 'must be given only once'],
        ['dryRun', 'must be given only once'],
        ['other', 'is not known here'],
      ] as const) {
        const body = form('Key,Value\n');
        body.append(name, 'true');
        body.append(name, 'true');
        const { status, json } = await call(app, 'POST', '/imports', { token: user.token, body });
        expect([status, json.errors]).to.deep.equal([422, [{ path: `/${name}`, message }]]);
      }
    });

    it('is refused if it is no form, or is cut off', async () => {
      expect(await refused('{}')).to.deep.equal([415, 'media-type-unsupported', undefined]);
      expect(await refused('--x\r\nContent-Disp', { 'Content-Type': 'multipart/form-data; boundary=x' })).to.deep.equal(
        [400, 'malformed-request', undefined],
      );
      expect(await refused('x', { 'Content-Type': 'multipart/form-data' })).to.deep.equal([
        400,
        'malformed-request',
        undefined,
      ]);
    });

    it('leaves nothing visible', async () => {
      const hidden = { state: { $in: ['uploading', 'abandoned'] as ('uploading' | 'abandoned')[] } };
      const isHidden = async (): Promise<boolean> => (await importCollection(app.database).countDocuments(hidden)) > 0;
      await eventually('nothing is hidden', async () => !(await isHidden()));
    });

    it('is refused above the limit, and nothing of it is kept', async () => {
      const small = await startTestApp(
        { limits: { ...app.config.limits, maxUploadBytes: 100_000 } },
        { importKinds: [things], importTiming: { leaseMs: 3_000, pollMs: 50 } },
      );
      try {
        for (const size of [100_001, 3_000_000]) {
          const answer = await call(small, 'POST', '/imports', {
            token: small.clinician.token,
            body: form('x'.repeat(size)),
          });
          expect([answer.status, answer.json.code]).to.deep.equal([413, 'body-too-large']);
        }
        expect((await call(small, 'GET', '/imports', { token: small.clinician.token })).json.items).to.deep.equal([]);
      } finally {
        await small.close();
      }
    });
  });
});
