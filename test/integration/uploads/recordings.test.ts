/** Recordings of resumable uploads are those of direct uploads. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { upload } from '../../support/multipart.ts';
import { call } from '../../support/http.ts';
import { recorded } from '../../support/recorded.ts';
import { begun, noise, patch, readUpload, record, uploadedFile } from '../../support/uploads.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url));

/** The files of a recording, by name. */
const RECORDINGS: Readonly<Record<string, readonly string[]>> = {
  'WFDB record of three files': ['ecg-2lead-30s.atr', 'ecg-2lead-30s.dat', 'ecg-2lead-30s.hea'],
  'DICOM file': ['ecg-12lead-10s.dcm'],
  'EDF file': ['ecg-3lead-20s.edf'],
  'JSON document': ['ecg-12lead-10s.json'],
};

describe('a recording of uploads', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  /** Uploads files and returns their ids. */
  const uploaded = (names: readonly string[]): Promise<string[]> =>
    Promise.all(names.map((name) => uploadedFile(app, app.clinician, fixture(name), name)));

  const send = (raw: string) => call(app, 'POST', '/ecgs', { token: app.clinician.token, raw });
  const errorsOf = async (uploads: unknown, more: object = {}) => {
    const { json } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, body: { uploads, ...more } });
    return { code: json.code, status: json.status, paths: json.errors?.map(({ path }: { path: string }) => path) };
  };

  for (const [what, names] of Object.entries(RECORDINGS)) {
    it(`of a ${what} is identical to a direct one`, async () => {
      const said = { notes: 'at rest' };
      const direct = await upload(app, app.other.token, [
        ...names.map((file) => ({ file, bytes: fixture(file) })),
        { field: 'notes', value: said.notes },
      ]);
      expect(direct.status, direct.text).to.equal(201);
      for (const order of [names, names.toReversed()]) {
        const owner = await app.newUser('clinician');
        const ids = await Promise.all(order.map((name) => uploadedFile(app, owner, fixture(name), name)));
        const made = await record(app, owner, ids, said);
        expect(made.status, made.text).to.equal(201);
        expect(made.headers.get('location')).to.equal(`/api/v1/ecgs/${made.json.id}`);
        expect(made.json.warnings).to.deep.equal(direct.json.warnings);
        expect(await recorded(app, made.json.id)).to.deep.equal(await recorded(app, direct.json.id));
        for (const id of ids) {
          const { json } = await readUpload(app, owner, id);
          expect(json).to.deep.include({ state: 'done', recordings: [made.json.id], problem: null });
          expect(json.progress).to.deep.equal({ bytesRead: json.length, bytesTotal: json.length });
        }
      }
    });
  }

  it('is the same again if the request is repeated, and its bytes are gone', async () => {
    const ids = await uploaded(['ecg-2lead-30s.dat', 'ecg-2lead-30s.hea', 'ecg-2lead-30s.atr']);
    const first = await record(app, app.clinician, ids, { id: 'repeated' });
    expect(first.status, first.text).to.equal(201);
    const again = await record(app, app.clinician, ids.toReversed(), { id: 'repeated' });
    expect([again.status, again.json.id]).to.deep.equal([200, first.json.id]);
    expect(again.headers.get('etag')).to.equal(first.headers.get('etag'));
    expect(await app.database.collection('uploadPieces').countDocuments({})).to.equal(0);
    const others = await record(app, app.clinician, ids.slice(1));
    expect(others.json).to.include({ status: 409, code: 'upload-used' });
    await call(app, 'DELETE', `/ecgs/${first.json.id}`, { token: app.clinician.token });
    expect((await record(app, app.clinician, ids)).json).to.include({ status: 409, code: 'upload-used' });
  });

  it('is not the same again with other values, which would be lost without a word', async () => {
    const [id] = await uploaded(['ecg-3lead-20s.edf']);
    const first = await record(app, app.clinician, [id!], { id: 'with values', notes: 'one' });
    const again = await record(app, app.clinician, [id!], { notes: 'one', id: 'with values' });
    expect([again.status, again.json.id]).to.deep.equal([200, first.json.id]);
    for (const [said, query] of [
      [{ id: 'with values', notes: 'another' }, ''],
      [{ id: 'with values', notes: 'one', patient: 'a'.repeat(24) }, ''],
      [{ id: 'with values', notes: 'one' }, '?duplicate=allow'],
    ] as const) {
      const { json } = await record(app, app.clinician, [id!], said, query);
      expect(json).to.include({ status: 409, code: 'upload-used' });
      expect(json.detail)
        .to.include(first.json.id)
        .and.match(/with other values .* PATCH, or upload it again/);
    }
  });

  it('warns again of what is still assumed when it is repeated', async () => {
    const id = await uploadedFile(app, app.clinician, Buffer.from('II,V1\n5,2\n-1,3\n2,-4\n'), 'b.csv');
    const first = await record(app, app.clinician, [id]);
    expect((await record(app, app.clinician, [id])).json.warnings).to.deep.equal(first.json.warnings);
    expect(first.json.warnings).to.not.be.empty;
  });

  it('is named in JSON of any media type', async () => {
    const [id] = await uploaded(['ecg-3lead-20s.edf']);
    const raw = JSON.stringify({ uploads: [id], id: 'as text' });
    const headers = { 'Content-Type': 'text/plain' };
    const { status, json } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, raw, headers });
    expect([status, json.externalId]).to.deep.equal([201, 'as text']);
  });

  it('is the same again after an instance was killed that had ended some of its uploads', async () => {
    const ids = await uploaded(['ecg-2lead-30s.dat', 'ecg-2lead-30s.hea']);
    const first = await record(app, app.clinician, ids, { id: 'half ended' });
    const uploads = app.database.collection('uploads');
    const left = { state: 'ingesting', recordings: [], bytesRead: 0, 'claim.until': new Date(0) };
    await uploads.updateOne({ _id: new Types.ObjectId(ids[1]) }, { $set: left });
    const again = await record(app, app.clinician, ids, { id: 'half ended' });
    expect([again.status, again.json.id]).to.deep.equal([200, first.json.id]);
    const { json } = await readUpload(app, app.clinician, ids[1]!);
    expect(json).to.deep.include({ state: 'done', recordings: [first.json.id] });
  });

  it('that cannot be made leaves the uploads, so that other parameters can be tried', async () => {
    const [id] = await uploaded(['ecg-3lead-20s.edf']);
    const refused = await record(app, app.clinician, [id!], { patient: 'a'.repeat(24) });
    expect(refused.json).to.include({ status: 422, code: 'reference-unknown' });
    const { json } = await readUpload(app, app.clinician, id!);
    expect(json.state).to.equal('failed');
    expect(json.problem).to.include({ status: 422, code: 'reference-unknown', detail: refused.json.detail });
    const made = await record(app, app.clinician, [id!], { id: 'corrected' });
    expect([made.status, made.json.externalId]).to.deep.equal([201, 'corrected']);
    expect((await readUpload(app, app.clinician, id!)).json).to.deep.include({ state: 'done', problem: null });
  });

  it('takes the parameters of a direct upload, in the body or in the query', async () => {
    const csv = Buffer.from('II,V1\n1,2\n-1,3\n2,-4\n');
    const id = await uploadedFile(app, app.clinician, csv, 'a.csv');
    const said = { date: '2026-01-15T09:30:00Z', samplingRate: 500, unit: 'mV', gain: 1000, zeroLevel: 1 };
    const { status, json, text } = await record(app, app.clinician, [id], said, '?notes=slow&gain=5');
    expect(status, text).to.equal(201);
    expect(json).to.include({ notes: 'slow' });
    expect(new Date(json.date).toISOString()).to.equal('2026-01-15T09:30:00.000Z');
    expect(json.channels[0]).to.include({ samplingRate: 500, unit: 'mV', gain: 1000, zeroLevel: 1 });
  });

  it('of content that exists is answered with 200', async () => {
    const [first, second] = await uploaded(['ecg-12lead-10s.dcm', 'ecg-12lead-10s.dcm']);
    const made = await record(app, app.clinician, [first!]);
    const again = await record(app, app.clinician, [second!]);
    expect([again.status, again.json.id]).to.deep.equal([200, made.json.id]);
    expect((await readUpload(app, app.clinician, second!)).json.recordings).to.deep.equal([made.json.id]);
  });

  describe('is refused', () => {
    it('of invalid fields, before the uploads are touched', async () => {
      const [id] = await uploaded(['ecg-3lead-20s.edf']);
      for (const [uploads, more, path] of [
        [[], {}, '/uploads'],
        ['a', {}, '/uploads'],
        [[1], {}, '/uploads/0'],
        [[id, id], {}, '/uploads'],
        [[id], { gain: 'much' }, '/gain'],
        [[id], { nonsense: 1 }, '/nonsense'],
        [[id], { date: 'soon' }, '/date'],
      ] as const)
        expect(await errorsOf(uploads, more)).to.deep.equal({ code: 'validation-failed', status: 422, paths: [path] });
      expect((await readUpload(app, app.clinician, id!)).json).to.include({ state: 'complete' });
    });

    it("of uploads that are incomplete, missing or somebody else's", async () => {
      const id = await begun(app, app.clinician, 10, 'a.edf');
      await patch(app, app.clinician, id, 0, noise(4));
      const incomplete = await record(app, app.clinician, [id]);
      expect(incomplete.json).to.include({ status: 409, code: 'upload-incomplete' });
      expect(incomplete.json.detail).to.include('4 of 10 bytes of a.edf');
      const foreign = await uploadedFile(app, app.other, fixture('ecg-3lead-20s.edf'), 'a.edf');
      for (const other of [foreign, 'a'.repeat(24), 'nothing'])
        expect((await record(app, app.clinician, [other])).json).to.include({ status: 404, code: 'not-found' });
      expect((await readUpload(app, app.other, foreign)).json).to.include({ state: 'complete', version: 2 });
    });

    it('of files that make no recording, or several', async () => {
      const token = app.clinician;
      const empty = await uploadedFile(app, token, noise(0), 'empty').catch(async () => begun(app, token, 0, 'empty'));
      expect((await errorsOf([empty])).code).to.equal('format-unknown');
      const unknown = await uploadedFile(app, token, Buffer.alloc(5_000, 0xff), 'a');
      expect((await errorsOf([unknown])).code).to.equal('format-unknown');
      const two = await uploaded(['ecg-3lead-20s.edf', 'ecg-12lead-10s.dcm']);
      expect((await errorsOf(two)).code).to.equal('recording-invalid');
      const nameless = await uploadedFile(app, token, fixture('ecg-3lead-20s.edf'));
      expect((await errorsOf([two[0], nameless])).paths).to.deep.equal(['/uploads/1']);
      const same = await uploadedFile(app, token, fixture('ecg-3lead-20s.edf'), 'ECG-3LEAD-20S.EDF');
      expect((await errorsOf([two[0], same])).paths).to.deep.equal(['/uploads/1']);
      expect((await record(app, token, [nameless])).status, 'a single file needs no name').to.equal(200);
    });
  });

  describe('is told from a recording in JSON', () => {
    const leads = '"leads":[{"name":"II","signal":[1,-1,2]}]';

    it('which may have a field of that name, and be as short', async () => {
      const { status, json, text } = await send(`{"id":"with","uploads":["a"],${leads}}`);
      expect(status, text).to.equal(201);
      expect(json.warnings.join()).to.include('uploads');
    });

    it('whose faults are described as before', async () => {
      for (const raw of ['', '[', '{', '{"id', '{"uploads":', '{"uploads":[]', 'nonsense', '{"id":"a"}', '[1]'])
        expect((await send(raw)).json.code, raw).to.be.oneOf(['malformed-json', 'recording-invalid', 'format-unknown']);
    });

    it('whatever is in front', async () => {
      const [id] = await uploaded(['ecg-12lead-10s.dcm']);
      const { status, text } = await send(`\ufeff \n{ "notes": "x", "id": "front", "uploads" : ["${id!}"]}`);
      expect(status, text).to.equal(201);
    });
  });
});
