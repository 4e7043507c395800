/** Several recordings in one request: deleted, attached and exported, with one result for each. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { type Answer, call } from '../../support/http.ts';
import { annotate, codeOf, faultOf, fourSeconds } from '../../support/marks.ts';
import { upload } from '../../support/multipart.ts';
import { unzip } from '../../support/zip.ts';

interface Item {
  id: string;
  version: number;
}

const MISSING = 'a'.repeat(24);
const LEADS = ['I', 'II'].map((name) => ({
  name,
  unit: 'mV',
  gain: 1000,
  signal: Array.from({ length: 400 }, (_, i) => (i % 9) - 4),
}));

const outcomes = ({ json }: Answer): unknown[] =>
  json.items.map(({ id, status, code }: { id: string; status: number; code: string | null }) => [id, status, code]);
const manifestOf = (files: Map<string, Buffer>): Record<string, unknown> & { items: Record<string, unknown>[] } =>
  JSON.parse(files.get('manifest.json')!.toString()) as never;

describe('several recordings', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());

  const bulk = (what: string, body: object, by = token): Promise<Answer> =>
    call(app, 'POST', `/ecgs/bulk/${what}`, { token: by, body });
  const recording = async (more: object = {}, by = token): Promise<Item> => ({
    id: await fourSeconds(app, by, { leads: LEADS, ...more }),
    version: 1,
  });
  const statusOf = async ({ id }: Item, by = token): Promise<number> =>
    (await call(app, 'GET', `/ecgs/${id}`, { token: by })).status;

  describe('are deleted', () => {
    it('each in the version that was seen, with a result for each', async () => {
      const [first, stale, foreign, last] = [
        await recording(),
        await recording(),
        await recording({}, app.other.token),
        await recording(),
      ];
      await call(app, 'PATCH', `/ecgs/${stale.id}`, { token, body: { notes: 'changed' } });
      const items = [first, stale, foreign, { id: MISSING, version: 1 }, { id: 'no id', version: 1 }, last];
      const answer = await bulk('delete', { items });
      expect(answer.status, answer.text).to.equal(200);
      expect(outcomes(answer)).to.deep.equal([
        [first.id, 204, null],
        [stale.id, 412, 'version-stale'],
        [foreign.id, 404, 'not-found'],
        [MISSING, 404, 'not-found'],
        ['no id', 404, 'not-found'],
        [last.id, 204, null],
      ]);
      expect(answer.json).to.include({ done: 2, failed: 4 });
      expect(answer.json.items[0]).to.include({ detail: null, version: null });
      expect(answer.json.items[1].detail).to.match(/Read it again/);
      expect(await Promise.all([first, stale, last].map((item) => statusOf(item)))).to.deep.equal([404, 200, 404]);
      expect(await statusOf(foreign, app.other.token)).to.equal(200);
      const again = await bulk('delete', { items: [first, last] });
      expect(outcomes(again).map((one) => (one as unknown[])[1])).to.deep.equal([404, 404]);
    });

    it('with their samples and what readers added, each with an audit event', async () => {
      const item = await recording();
      await annotate(app, token, item.id, { at: 1, text: 'a' });
      await call(app, 'PUT', `/ecgs/${item.id}/comment`, { token, body: { text: 'b' } });
      await bulk('delete', { items: [item] });
      const ecg = new Types.ObjectId(item.id);
      for (const name of ['ecgBlocks', 'ecgMarks', 'ecgComments'])
        expect(await app.database.collection(name).countDocuments({ ecg }), name).to.equal(0);
      const events = await app.database.collection('auditEvents').find({ resource: 'ecg', id: ecg }).toArray();
      expect(events.map(({ action }) => action as string)).to.have.members(['create', 'delete']);
    });
  });

  for (const [what, body, path, message] of [
    ['none', { items: [] }, '/items', /at least 1/],
    ['more than 200', { items: Array.from({ length: 201 }, (_, i) => ({ id: `${i}`, version: 1 })) }, '/items', /200/],
    [
      'one twice',
      {
        items: [
          { id: MISSING, version: 1 },
          { id: MISSING, version: 2 },
        ],
      },
      '/items',
      /twice/,
    ],
    ['one without its version', { items: [{ id: MISSING }] }, '/items/0/version', /.+/],
    ['one with another field', { items: [{ id: MISSING, version: 1, etag: 1 }] }, '/items/0/etag', /.+/],
  ] as const) {
    it(`are refused if there is ${what}`, async () => {
      for (const [operation, more] of [
        ['delete', {}],
        ['attach', { patient: null }],
        ['export', { format: 'json' }],
      ] as const) {
        const answer = await bulk(operation, { ...body, ...more });
        expect(faultOf(answer).slice(0, 2), answer.text).to.deep.equal([422, path]);
        expect(answer.json.errors[0].message).to.match(message);
      }
    });
  }

  it('are for clinicians only', async () => {
    const item = await recording();
    for (const [operation, more] of [
      ['delete', {}],
      ['attach', { patient: null }],
      ['export', { format: 'json' }],
    ] as const) {
      const body = { items: [item], ...more };
      expect(codeOf(await bulk(operation, body, app.admin.token))).to.deep.equal([403, 'role-forbidden']);
      expect((await call(app, 'POST', `/ecgs/bulk/${operation}`, { body })).status).to.equal(401);
    }
    expect(await statusOf(item)).to.equal(200);
  });

  describe('are attached', () => {
    it('to a patient or a study, and detached, each in the version that was seen', async () => {
      const patient = await made(app, '/patients', somebody());
      const study = await made(app, `/patients/${patient}/studies`, { urgencyLevel: 'LOW', type: 'ECG' });
      const items = [await recording(), await recording()];
      const attached = await bulk('attach', { items, patient });
      expect(attached.status, attached.text).to.equal(200);
      expect(attached.json).to.deep.equal({
        items: items.map(({ id }) => ({ id, status: 200, code: null, detail: null, version: 2 })),
        done: 2,
        failed: 0,
      });
      const again = await bulk('attach', { items: items.map((item) => ({ ...item, version: 2 })), patient });
      expect(again.json, 'attached already').to.deep.equal(attached.json);
      const seen = [{ ...items[0]!, version: 2 }, items[1]!];
      const partly = await bulk('attach', { items: seen, study });
      expect(outcomes(partly)).to.deep.equal([
        [items[0]!.id, 200, null],
        [items[1]!.id, 412, 'version-stale'],
      ]);
      const read = async ({ id }: Item): Promise<object> => {
        const { json } = await call(app, 'GET', `/ecgs/${id}`, { token });
        return { patient: json.patient, study: json.study, version: json.version };
      };
      expect(await read(items[0]!)).to.deep.equal({ patient, study, version: 3 });
      expect(await read(items[1]!)).to.deep.equal({ patient, study: null, version: 2 });
      await bulk('attach', { items: [{ ...items[0]!, version: 3 }], patient: null });
      expect(await read(items[0]!)).to.deep.equal({ patient: null, study: null, version: 4 });
    });

    it('only to what exists, as every single one would be refused', async () => {
      const item = await recording();
      const answer = await bulk('attach', { items: [item], patient: MISSING });
      expect(outcomes(answer)).to.deep.equal([[item.id, 422, 'reference-unknown']]);
      expect(faultOf(await bulk('attach', { items: [item] })).slice(0, 2)).to.deep.equal([422, '']);
    });
  });

  describe('are exported', () => {
    it('each in a folder, with a manifest of what became of each', async () => {
      const good = await recording({ id: 'the first' });
      const unfit = await recording({ samplingRate: undefined });
      const items = [good, unfit, { ...(await recording()), version: 9 }, { id: MISSING, version: 1 }];
      const answer = await bulk('export', { items, format: 'wfdb' });
      expect(answer.status).to.equal(200);
      expect(answer.headers.get('content-type')).to.equal('application/zip');
      expect(answer.headers.get('content-disposition')).to.equal('attachment; filename="ecgs-wfdb.zip"');
      const files = unzip(Buffer.from(answer.bytes));
      const { items: entries, ...rest } = manifestOf(files);
      expect(rest).to.deep.equal({ format: 'wfdb', deidentified: false, done: 1, failed: 3 });
      expect(entries.map(({ position, id, status, code }) => [position, id, status, code])).to.deep.equal([
        [1, good.id, 200, null],
        [2, unfit.id, 422, 'format-unfit'],
        [3, items[2]!.id, 412, 'version-stale'],
        [4, MISSING, 404, 'not-found'],
      ]);
      expect([...files.keys()]).to.deep.equal([...(entries[0]!['files'] as string[]), 'manifest.json']);
      const parts = [...files].slice(0, -1).map(([name, bytes]) => ({ file: name.replace(/^1\//, ''), bytes }));
      const again = await upload(app, token, parts, '?duplicate=allow');
      expect(again.status, again.text).to.equal(201);
      const samples = async (id: string): Promise<Buffer> =>
        Buffer.from(
          (await call(app, 'GET', `/ecgs/${id}/channels/II/samples`, { token, accept: 'application/octet-stream' }))
            .bytes,
        );
      expect(await samples(again.json.id)).to.deep.equal(await samples(good.id));
    });

    it('without anything that identifies a person, if that is asked for', async () => {
      const notes = 'Doe, John';
      const items = [await recording({ id: 'Doe 1', notes }), await recording({ id: 'Doe 2', notes })];
      for (const { id } of items) await annotate(app, token, id, { at: 1, text: 'Doe again' });
      const answer = await bulk('export', { items, format: 'json', deidentify: true });
      const files = unzip(Buffer.from(answer.bytes));
      expect(manifestOf(files).items.map(({ id, status }) => [id, status])).to.deep.equal([
        [null, 200],
        [null, 200],
      ]);
      expect(files.size).to.equal(3);
      for (const [name, bytes] of files)
        for (const word of ['Doe', '2026-01-15', ...items.map(({ id }) => id)])
          expect(`${name} ${bytes.toString()}`, name).to.not.include(word);
    });

    it('as DICOM except those without a date, unless they are de-identified', async () => {
      const items = [await recording(), await recording({ date: undefined })];
      const outcome = async (more: object): Promise<unknown[]> => {
        const answer = await bulk('export', { items, format: 'dicom', ...more });
        return manifestOf(unzip(Buffer.from(answer.bytes))).items.map(({ status, code }) => [status, code]);
      };
      expect(await outcome({})).to.deep.equal([
        [200, null],
        [422, 'date-missing'],
      ]);
      expect(await outcome({ deidentify: true })).to.deep.equal([
        [200, null],
        [200, null],
      ]);
    });

    it('in a format that can be written, or not at all', async () => {
      expect(codeOf(await bulk('export', { items: [await recording()], format: 'scp' }))).to.deep.equal([
        422,
        'format-unfit',
      ]);
    });

    it('except one whose samples are lost, whose reason is in the manifest', async () => {
      const items = [await recording(), await recording()];
      await app.database.collection('ecgBlocks').deleteMany({ ecg: new Types.ObjectId(items[0]!.id) });
      const files = unzip(Buffer.from((await bulk('export', { items, format: 'csv' })).bytes));
      const entries = manifestOf(files).items;
      expect(entries.map(({ status, code }) => [status, code])).to.deep.equal([
        [500, 'internal-error'],
        [200, null],
      ]);
      expect(entries[0]).to.deep.include({ files: [] });
      expect(files.size).to.equal(2);
    });
  });
});
