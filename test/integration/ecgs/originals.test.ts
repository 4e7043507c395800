/** Uploaded files are kept with their recordings, and come back byte for byte. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { chunkCollection, fileCollection } from '../../../src/ecgs/store/original-model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { type Part, upload } from '../../support/multipart.ts';
import { dicomSending, jsonSending, send, signalsOf } from '../../support/sendings.ts';
import { record, uploadedFile } from '../../support/uploads.ts';
import { unzip } from '../../support/zip.ts';
import { made } from '../../unit/formats/edf/support.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url));
const WFDB = ['ecg-2lead-30s.dat', 'ecg-2lead-30s.hea', 'ecg-2lead-30s.atr'];
const EDF = fixture('ecg-3lead-20s.edf');
/** A file of several chunks. */
const DIGITS = Array.from({ length: 20_000 }, (_, i) => (i * i) % 999);
const LONG = Buffer.from(made({ signals: [{ label: 'II', records: Array.from({ length: 20 }, () => DIGITS) }] }));
const LIMIT = 2_000_000;
const BINARY = { 'Content-Type': 'application/octet-stream' };

/** JSON of a length, with other samples each time. */
function jsonOf(bytes: number): Buffer {
  const signal = Array.from(randomBytes(64), (byte) => byte - 128);
  const text = JSON.stringify({ samplingRate: 100, leads: [{ name: 'II', signal }] });
  return Buffer.from(text + ' '.repeat(Math.max(0, bytes - text.length)));
}

const wfdb = (): Part[] => WFDB.map((file) => ({ file, bytes: fixture(file) }));

describe('the uploaded files of a recording', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp({ keepOriginals: LIMIT });
  });
  after(() => app.close());
  beforeEach(async () => {
    ({ token } = await app.newUser('clinician'));
    await ecgModel(app.database).deleteMany({ version: { $gte: 1 } });
    for (const one of [chunkCollection, fileCollection]) await one(app.database).deleteMany({});
  });

  const original = (id: string, headers: Record<string, string> = {}): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/original`, { token, headers });
  const bytesOf = async (id: string): Promise<Buffer> => {
    const { status, bytes } = await original(id);
    expect(status).to.equal(200);
    return Buffer.from(bytes);
  };
  const raw = (bytes: Uint8Array, query = ''): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, { token, raw: bytes, headers: BINARY });
  const left = async (): Promise<number[]> =>
    Promise.all([chunkCollection, fileCollection].map((one) => one(app.database).countDocuments({})));
  const remove = async (id: string): Promise<void> => {
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
  };

  it('are the file of a form, with its name and type', async () => {
    const { json } = await upload(app, token, [{ file: 'night 1.edf', bytes: EDF }]);
    expect(json.original).to.deep.equal({ files: [{ name: 'night 1.edf', bytes: EDF.length }] });
    const { status, headers, bytes } = await original(json.id);
    expect([status, headers.get('content-type'), headers.get('content-length')]).to.deep.equal([
      200,
      'application/edf',
      String(EDF.length),
    ]);
    expect(headers.get('content-disposition')).to.equal('attachment; filename="night_1.edf"');
    expect(Buffer.from(bytes).equals(EDF)).to.equal(true);
  });

  it('are the body itself', async () => {
    const { json } = await raw(EDF);
    expect(json.original.files).to.deep.equal([{ name: null, bytes: EDF.length }]);
    expect((await bytesOf(json.id)).equals(EDF)).to.equal(true);
    expect((await original(json.id)).headers.get('content-disposition')).to.include(`${json.id}.edf`);
  });

  it('are a zip of all files that were needed, in any order', async () => {
    for (const parts of [wfdb(), wfdb().toReversed(), [wfdb()[1]!, wfdb()[0]!, wfdb()[2]!]]) {
      const { json } = await upload(app, token, [...parts, { file: 'notes.txt', bytes: Buffer.from('x') }]);
      expect(json.original.files).to.have.length(3);
      const { headers, bytes } = await original(json.id);
      expect(headers.get('content-disposition')).to.include('"ecg-2lead-30s.zip"');
      const files = unzip(Buffer.from(bytes));
      expect([...files.keys()].toSorted()).to.deep.equal(WFDB.toSorted());
      for (const name of WFDB) expect(files.get(name)!.equals(fixture(name)), name).to.equal(true);
      await remove(json.id);
      expect(await left()).to.deep.equal([0, 0]);
    }
  });

  it('are those of resumable uploads, which are removed themselves', async () => {
    const ids: string[] = [];
    for (const name of WFDB) ids.push(await uploadedFile(app, { token }, fixture(name), name));
    const { json } = await record(app, { token }, ids);
    const files = unzip(Buffer.from((await original(json.id)).bytes));
    for (const name of WFDB) expect(files.get(name)!.equals(fixture(name)), name).to.equal(true);
  });

  it('have what no decoder reads, and span several chunks', async () => {
    const bytes = jsonOf(1_500_000);
    const { json } = await raw(bytes);
    expect((await bytesOf(json.id)).equals(bytes)).to.equal(true);
    const { headers } = await original(json.id);
    expect([headers.get('content-encoding'), headers.get('content-length')]).to.deep.equal([null, '1500000']);
    expect((await left())[0]).to.equal(6);
    const dat = Buffer.concat([fixture(WFDB[0]!), Buffer.alloc(300_000, 7)]);
    for (const order of [
      [1, 0],
      [0, 1],
    ]) {
      const both = [{ file: WFDB[0]!, bytes: dat }, wfdb()[1]!];
      const sent = await upload(app, token, [...order.map((i) => both[i]!), { field: 'notes', value: String(order) }]);
      expect(sent.status, sent.text).to.equal(201);
      const files = unzip(Buffer.from((await original(sent.json.id)).bytes));
      expect(files.get(WFDB[0]!)!.equals(dat), String(order)).to.equal(true);
      await remove(sent.json.id);
    }
  });

  it('are read in parts', async () => {
    const { id } = (await raw(LONG)).json;
    const whole = await original(id);
    const tag = whole.headers.get('etag')!;
    for (const [range, first, end] of [
      ['bytes=0-9', 0, 10],
      ['bytes=261119-261121', 261_119, 261_122],
      ['bytes=700000-', 700_000, LONG.length],
      ['bytes=-5', LONG.length - 5, LONG.length],
    ] as const) {
      const part = await original(id, { Range: range, 'If-Range': tag });
      expect([part.status, part.headers.get('content-range')]).to.deep.equal([
        206,
        `bytes ${first}-${end - 1}/${LONG.length}`,
      ]);
      expect(Buffer.from(part.bytes).equals(LONG.subarray(first, end)), range).to.equal(true);
    }
    const behind = await original(id, { Range: `bytes=${LONG.length}-` });
    expect([behind.status, behind.json.code, behind.headers.get('content-range')]).to.deep.equal([
      416,
      'range-unsatisfiable',
      `bytes */${LONG.length}`,
    ]);
    expect((await original(id, { 'If-None-Match': tag })).status).to.equal(304);
  });

  it('are not kept if they are larger than the limit, whether that is announced or not', async () => {
    const large = jsonOf(LIMIT + 1);
    const form = [{ file: 'a.json', bytes: jsonOf(LIMIT + 2_000) }];
    const id = await uploadedFile(app, { token }, jsonOf(LIMIT + 5), 'a.json');
    for (const { status, json } of [
      await raw(large),
      await upload(app, token, form),
      await record(app, { token }, [id]),
    ]) {
      expect([status, json.original]).to.deep.equal([201, null]);
      const { status: refused, json: problem } = await original(json.id);
      expect([refused, problem.code]).to.deep.equal([404, 'original-not-kept']);
      expect(problem.detail).to.include('more bytes than are kept (setting KEEP_ORIGINALS)');
    }
    expect(await left()).to.deep.equal([0, 0]);
    const { json } = await raw(jsonOf(LIMIT));
    expect((await bytesOf(json.id)).length).to.equal(LIMIT);
  });

  it("are nobody else's", async () => {
    const { id } = (await raw(EDF)).json;
    const foreign = await call(app, 'GET', `/ecgs/${id}/original`, { token: app.other.token });
    expect([foreign.status, foreign.json.code]).to.deep.equal([404, 'not-found']);
  });

  it('are removed with the recording, and leave nothing of refused uploads', async () => {
    const { id } = (await raw(EDF)).json;
    expect(await left()).to.deep.equal([1, 1]);
    await remove(id);
    expect(await left()).to.deep.equal([0, 0]);
    expect((await raw(Buffer.concat([jsonOf(600_000), Buffer.from('x')]))).status).to.equal(400);
    expect((await raw(jsonOf(1_000), '?patient=000000000000000000000000')).status).to.equal(422);
    expect(await left()).to.deep.equal([0, 0]);
  });

  it('are stored once if the same comes again, and are those of the first time', async () => {
    const first = await raw(EDF);
    const again = await raw(EDF);
    expect([again.status, again.json.id, again.json.version]).to.deep.equal([200, first.json.id, 1]);
    expect(await left()).to.deep.equal([1, 1]);
  });

  it('are shared by the recordings of a file until the last of them is removed', async () => {
    for (const isFirstGone of [true, false]) {
      const sending = await dicomSending('shared', signalsOf(3, { I: 300, II: 300 }));
      const { json } = await send(app, token, sending);
      const ids = [json.id as string, json.siblings[0].id as string];
      const [gone, other] = (isFirstGone ? ids : ids.toReversed()) as [string, string];
      expect(await left()).to.deep.equal([1, 1]);
      const whole = await bytesOf(gone);
      expect(Buffer.from(sending.raw).includes(whole)).to.equal(true);
      expect((await bytesOf(other)).equals(whole)).to.equal(true);
      await remove(gone);
      expect((await bytesOf(other)).equals(whole)).to.equal(true);
      await remove(other);
      expect(await left()).to.deep.equal([0, 0]);
    }
  });

  it('belong to the new recording if the first of a file is there already', async () => {
    const sending = await dicomSending('part', signalsOf(4, { I: 300, II: 300 }));
    const { json } = await send(app, token, sending);
    const [first, second] = [json.id as string, json.siblings[0].id as string];
    await remove(second);
    const again = await send(app, token, sending);
    expect([again.status, again.json.id]).to.deep.equal([201, first]);
    const anew = again.json.siblings[0].id as string;
    expect(await left()).to.deep.equal([2, 2]);
    await remove(first);
    expect((await bytesOf(anew)).length).to.be.greaterThan(1_000);
    await remove(anew);
    expect(await left()).to.deep.equal([0, 0]);
  });

  it('are added by the same file if they were not kept before, or were lost', async () => {
    const { id } = (await raw(EDF)).json;
    const ecgs = ecgModel(app.database);
    await ecgs.updateOne({ externalId: null, version: 1 }, { $unset: { original: 1 } });
    await chunkCollection(app.database).deleteMany({});
    await fileCollection(app.database).deleteMany({});
    const missing = await original(id);
    expect([missing.json.code, missing.json.detail]).to.satisfy(
      ([code, detail]: string[]) => code === 'original-not-kept' && detail!.includes('not kept yet'),
    );
    const added = await raw(EDF);
    expect([added.status, added.json.id, added.json.version]).to.deep.equal([200, id, 2]);
    expect((await bytesOf(id)).equals(EDF)).to.equal(true);
    await chunkCollection(app.database).deleteMany({});
    expect((await raw(EDF)).json).to.include({ id, version: 3 });
    expect((await bytesOf(id)).equals(EDF)).to.equal(true);
    expect(await left()).to.deep.equal([1, 1]);
  });

  it('are none in a service that keeps none, or if the service made the recording', async () => {
    const other = await startTestApp({ keepOriginals: 0 });
    try {
      const sent = await send(other, other.clinician.token, jsonSending('a', signalsOf(5, { I: 10 })));
      const { json } = await call(other, 'GET', `/ecgs/${sent.json.id}/original`, { token: other.clinician.token });
      expect([sent.json.original, json.code]).to.deep.equal([null, 'original-not-kept']);
      expect(json.detail).to.include('KEEP_ORIGINALS');
    } finally {
      await other.close();
    }
  });
});
