/** Uploads of files: recognised by content, raw or multipart, in any order, with fields from their sender. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { annotationCollection } from '../../../src/ecgs/store/content-model.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { FORMATS } from '../../../src/formats/registry.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import type { Files } from '../../support/formats.ts';
import { call } from '../../support/http.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { type Part, upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { annotatedRecord, int16, parts, text } from './parts.ts';

describe('an upload of files', () => {
  let app: TestApp;
  let owner: Principal;
  let record: Files;

  before(async () => {
    app = await startTestApp();
    record = await annotatedRecord();
  });
  after(async () => app.close());
  beforeEach(async () => {
    owner = await app.newUser('clinician');
  });

  const send = (list: readonly Part[], query = '') => upload(app, owner.token, list, query);
  const small: Files = { 'r.hea': text('r 1', 'r.dat 16'), 'r.dat': int16(5, -5, 7) };

  it('takes the files of a record in any order, with fields between them', async () => {
    const [dat, hea, atr] = Object.keys(record) as [string, string, string];
    const answers = [];
    const patient = await made(app, '/patients', somebody());
    for (const order of [
      [hea, dat, atr],
      [dat, hea, atr],
      [atr, dat, hea],
      [hea, atr, dat],
    ]) {
      const list = parts(record, order);
      list.splice(1, 0, { field: 'notes', value: 'sent by test' });
      const {
        status,
        json,
        text: body,
      } = await send([...list, { field: 'patient', value: patient }], '?duplicate=allow');
      expect(status, body).to.equal(201);
      const { id: _id, createdAt: _created, updatedAt: _updated, ...rest } = json;
      answers.push(rest);
      expect(json).to.include({ notes: 'sent by test', patient, annotations: 2_500, format: 'wfdb', part: null });
      const insights = (await call(app, 'GET', `/ecgs/${json.id}/insights`, { token: owner.token })).json;
      expect(insights.channels.map((channel: { samples: number }) => channel.samples)).to.deep.equal([
        200_000, 200_000,
      ]);
    }
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
  });

  it('pages through annotations across the boundaries of stored runs', async () => {
    const { json } = await send(parts(record));
    const list = async (query: string) =>
      (await call(app, 'GET', `/ecgs/${json.id}/annotations?${query}`, { token: owner.token })).json;
    const window = await list('from=99.95&to=100.35&limit=3');
    expect(window.items).to.deep.equal(
      [
        { at: 100, channel: null },
        { at: 100.1, channel: 'V5' },
        { at: 100.2, channel: null },
      ].map((part) => ({ source: 'file', ...part, duration: null, code: 'N', text: null })),
    );
    const rest = await list(`from=99.95&to=100.35&limit=3&cursor=${window.nextCursor}`);
    expect([rest.items.map(({ at }: { at: number }) => at), rest.nextCursor]).to.deep.equal([[100.3], null]);
    expect(
      (await call(app, 'GET', `/ecgs/${json.id}/annotations?cursor=x`, { token: owner.token })).json.code,
    ).to.equal('invalid-cursor');
    expect((await call(app, 'DELETE', `/ecgs/${json.id}`, { token: owner.token })).status).to.equal(204);
    expect(
      await annotationCollection(app.database).countDocuments({ ecg: new Types.ObjectId(json.id as string) }),
    ).to.equal(0);
  });

  it('lets the sender complete what the file leaves open, and replace what the sender may decide', async () => {
    const patient = await made(app, '/patients', somebody());
    const study = await made(app, `/patients/${patient}/studies`, aStudy());
    const said = {
      id: 'x-1',
      date: '2026-02-03T04:05:06Z',
      samplingRate: '999',
      unit: 'uV',
      gain: '50',
      zeroLevel: '9',
      study,
      notes: 'n',
    };
    const asFields = await send([...Object.entries(said).map(([field, value]) => ({ field, value })), ...parts(small)]);
    expect(asFields.status, asFields.text).to.equal(201);
    expect(asFields.json).to.include({
      externalId: 'x-1',
      date: '2026-02-03T04:05:06.000Z',
      study,
      patient,
      notes: 'n',
    });
    // The gain was only a default; rate, unit and zero level are those of WFDB.
    expect(asFields.json.channels[0]).to.include({
      samplingRate: 250,
      unit: 'mV',
      gain: 50,
      calibrated: true,
      zeroLevel: 0,
    });
    const asQuery = await send(parts(small), `?${new URLSearchParams(said).toString()}`);
    expect([asQuery.status, asQuery.json.id]).to.deep.equal([200, asFields.json.id]);
    expect((await send([...parts(small), { field: 'id', value: 'x-1' }])).json.code).to.equal('external-id-taken');
  });

  for (const [what, beginning] of [
    ['JSON', '{"leads":'],
    ['an empty object', '{}'],
    ['CSV', '1,2\n3,4\n'],
  ] as const) {
    it(`accepts signals that begin like ${what}`, async () => {
      const padded = Buffer.from(beginning.padEnd(10));
      const samples = Buffer.concat([padded, int16(5, -5, 7)]);
      const answer = await send(parts({ 'r.dat': samples, 'r.hea': text('r 1', 'r.dat 16') }));
      expect(answer.status, answer.text).to.equal(201);
      expect(answer.json).to.include({ format: 'wfdb' });
      expect(answer.json.channels[0].samples).to.equal(8);
    });
  }

  it('recognises a raw body by its content, whatever its name', async () => {
    const raw = '{"leads":[{"name":"I","signal":[1,-1]}]}';
    const answer = await call(app, 'POST', '/ecgs?samplingRate=100&unit=mV&id=raw', {
      token: owner.token,
      raw,
      headers: { 'Content-Type': 'application/x-anything' },
    });
    expect(answer.status, answer.text).to.equal(201);
    expect(answer.json).to.deep.include({ externalId: 'raw', format: 'json' });
    expect(answer.json.channels[0]).to.include({ samplingRate: 100, unit: 'mV' });
  });

  it('reports which files it did not need', async () => {
    const { json } = await send([...parts(small), { file: 'notes.bin', bytes: int16(1, 2) }]);
    const [unneeded, assumed, ...others] = json.warnings as string[];
    expect([unneeded, others]).to.deep.equal(['the file notes.bin was not needed and was not kept', []]);
    expect(assumed).to.include('No gain is known for "signal 0"');
  });

  it('does not depend on the order of its files, and the header decides whose part a file is', async () => {
    const table = Buffer.from('1,2\n3,4\n');
    const named = { 'r.hea': text('r 1', 'r.csv 16'), 'r.csv': table };
    const muse = Buffer.from('<RestingECG><Waveform/></RestingECG>');
    for (const reversed of [false, true]) {
      const sent = async (list: Part[]) => {
        const { status, json } = await send(reversed ? list.toReversed() : list);
        return [status, json.format ?? json.detail];
      };
      expect(await sent(parts(named))).to.deep.equal([reversed ? 200 : 201, 'wfdb']);
      const separate = '(CSV (table of samples)): send it in a separate upload.';
      const beside = await sent(parts({ ...small, 'r.txt': table }));
      expect(beside).to.deep.equal([422, `r.txt is a separate recording ${separate}`]);
      const [, told] = await sent(parts({ 'about.json': Buffer.from('{"a":1}'), 'a.xml': muse }));
      expect(told).to.match(/^The document contains no samples/);
    }
  });

  it('passes over the empty part of a form that has no file in its field', async () => {
    const { status, json } = await send([...parts(small), { file: '', bytes: new Uint8Array(0) }]);
    expect([status, json.warnings.filter((one: string) => one.includes('needed'))]).to.deep.equal([201, []]);
  });

  it('says so if its files are sent as texts', async () => {
    const { status, json } = await send([{ field: 'files', value: 'r.hea' }]);
    expect([status, json.errors]).to.deep.equal([422, [{ path: '/files', message: 'must be a file' }]]);
  });

  it('says once, and of no part alone, which files it did not need', async function () {
    const folder = recordingsDir() ?? this.skip();
    const [name = ''] = readdirSync(join(folder, 'muse')).filter((file) => /\.xml$/i.test(file));
    const files = { 'a.xml': readFileSync(join(folder, 'muse', name)), 'meta.xml': Buffer.from('<meta/>') };
    const { json } = await send(parts(files));
    expect(json.siblings).not.to.deep.equal([]);
    const told = json.warnings.filter((one: string) => one.includes('meta.xml'));
    expect(told).to.deep.equal(['the file meta.xml was not needed and was not kept']);
  });

  it('has a limited number of parts, files and fields together, and is read no further', async () => {
    const most = app.config.limits.maxFormParts;
    for (const many of [
      Array.from({ length: 20_000 }, (_, n) => ({ field: `f${n}`, value: '' })),
      Array.from({ length: 20_000 }, (_, n) => ({ file: `f${n}`, bytes: int16(1) })),
    ]) {
      const answer = await send(many);
      expect(answer.json).to.include({
        status: 413,
        code: 'body-too-large',
        detail: `A form may have at most ${most} parts, files and fields together (setting MAX_FORM_PARTS).`,
      });
    }
  });

  it('whose annotations remain after a crash is swept', async () => {
    const orphan = {
      _id: new Types.ObjectId(),
      ecg: new Types.ObjectId(),
      owner: new Types.ObjectId(owner.id),
      writer: new Types.ObjectId(),
      index: 0,
    };
    await annotationCollection(app.database).insertOne(orphan as never);
    expect(
      await sweep({
        database: app.database,
        log: pino({ level: 'silent' }),
        uploads: app.app.uploads,
        silentMs: 60_000,
      }),
    ).to.include({ removed: 1 });
    expect(await annotationCollection(app.database).countDocuments({ _id: orphan._id })).to.equal(0);
  });

  it('shows the formats of the registry in GET /formats', async () => {
    const { json } = await call(app, 'GET', '/formats');
    expect(json.items.map(({ id }: { id: string }) => id)).to.deep.equal(FORMATS.map(({ id }) => id));
    expect(json.items.find(({ id }: { id: string }) => id === 'wfdb')).to.include({
      isRead: true,
      isWritten: true,
      experimental: false,
    });
    expect(json.limits.maxUploadBytes).to.equal(app.config.limits.maxUploadBytes);
  });
});
