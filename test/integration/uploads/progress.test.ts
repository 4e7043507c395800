/** What clients see while a recording is made of uploads, and when they lose the answer. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';
import { jsonSending, signalsOf } from '../../support/sendings.ts';
import { begun, patch, readUpload, record, TUS, uploadedFile } from '../../support/uploads.ts';

/** A write of the ingest that is held while others look on. */
const HELD = { command: 'insert', collection: 'ecgBlocks' } as const;

interface Event {
  event: string;
  data: { state: string; progress: { bytesRead: number }; version: number; recordings: string[] };
}

describe('the progress of an upload', function () {
  this.timeout(60_000);
  let app: TestApp;
  /** Another instance on the same database. */
  let another: TestApp;
  before(async () => {
    app = await startTestApp();
    another = await startTestApp({}, { database: app.database });
  });
  after(async () => {
    await another.close();
    await app.close();
  });

  let files = 0;
  const file = (): Buffer => Buffer.from(jsonSending(`file-${++files}`, signalsOf(files, { I: 700_000 })).raw);

  /** The events of an upload as they arrive, and how to stop listening. */
  async function listen(id: string) {
    const leaving = new AbortController();
    const response = await fetch(`${another.url}/api/v1/uploads/${id}`, {
      headers: { Authorization: `Bearer ${app.clinician.token}`, Accept: 'text/event-stream' },
      signal: leaving.signal,
    });
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
    const seen: Event[] = [];
    const ended = (async () => {
      let text = '';
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const [, event, data] = /^event: (\w+)\nid: \d+\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
          if (event !== undefined) seen.push({ event, data: JSON.parse(data!) as Event['data'] });
          text = text.slice(end + 2);
        }
      }
    })();
    ended.catch(() => undefined);
    const states = () => seen.map(({ data }) => data.state);
    return { seen, states, ended, leave: () => leaving.abort() };
  }

  it('is told by another instance, as events that end with the recording', async () => {
    const bytes = file();
    const id = await begun(app, app.clinician, bytes.length, 'a.json');
    const { seen, states, ended } = await listen(id);
    await eventually('the first event', () => seen.length > 0);
    await patch(app, app.clinician, id, 0, bytes);
    await eventually('all bytes are stored', () => states().includes('complete'));
    const made = await whileHeld(
      app.database,
      HELD,
      () => record(app, app.clinician, [id]),
      async () => {
        await eventually('the work', () => states().includes('ingesting'));
        await eventually('how far it is', () => seen.some(({ data }) => data.progress.bytesRead > 0));
        expect((await readUpload(another, app.clinician, id)).json.state).to.equal('ingesting');
      },
    );
    expect(made.status, made.text).to.equal(201);
    await ended;
    expect(seen.at(-1)!.event).to.equal('end');
    expect(seen.at(-1)!.data).to.deep.include({ state: 'done', recordings: [made.json.id] });
    expect(seen.slice(0, -1).every(({ event }) => event === 'progress')).to.equal(true);
    const versions = seen.map(({ data }) => data.version);
    expect(versions).to.deep.equal(versions.toSorted((a, b) => a - b));
  });

  it('is told as events that end with a failure', async () => {
    const id = await uploadedFile(
      app,
      app.clinician,
      Buffer.from('{"leads":[{"name":"II","signal":["x"]}]}'),
      'a.json',
    );
    const { seen, ended } = await listen(id);
    await eventually('the first event', () => seen.length > 0);
    const { json } = await record(app, app.clinician, [id]);
    await ended;
    expect(seen.at(-1)!.data).to.deep.include({ state: 'failed' });
    expect(seen.at(-1)!.data).to.have.nested.property('problem.detail', json.detail);
  });

  it('is not told any more when the upload is deleted, or the client leaves', async () => {
    const id = await begun(app, app.clinician, 10);
    const first = await listen(id);
    await eventually('the first event', () => first.seen.length > 0);
    await call(app, 'DELETE', `/uploads/${id}`, { token: app.clinician.token, headers: TUS });
    await first.ended;
    expect(first.states()).to.deep.equal(['receiving']);
    const other = await begun(app, app.clinician, 10);
    const second = await listen(other);
    await eventually('the first event', () => second.seen.length > 0);
    second.leave();
    await second.ended.catch(() => undefined);
  });

  it('needs a media type that is available', async () => {
    const id = await begun(app, app.clinician, 10);
    const { json } = await call(app, 'GET', `/uploads/${id}`, { token: app.clinician.token, accept: 'text/csv' });
    expect(json).to.include({ status: 406, code: 'not-acceptable' });
  });

  it('goes on when the client loses the answer, which it gets by asking again', async () => {
    const id = await uploadedFile(app, app.clinician, file(), 'a.json');
    const leaving = new AbortController();
    const lost = () =>
      fetch(`${app.url}/api/v1/ecgs`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${app.clinician.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ uploads: [id], notes: 'lost' }),
        signal: leaving.signal,
      }).catch((error: Error) => error.name);
    const outcome = await whileHeld(app.database, HELD, lost, async () => {
      for (const refused of [
        await record(another, app.clinician, [id], { notes: 'lost' }),
        await call(app, 'DELETE', `/uploads/${id}`, { token: app.clinician.token, headers: TUS }),
      ])
        expect(refused.json).to.include({ status: 409, code: 'upload-in-use' });
      leaving.abort();
    });
    expect(outcome).to.equal('AbortError');
    const again = await eventually('the answer', async () => {
      const answer = await record(another, app.clinician, [id], { notes: 'lost' });
      return answer.status === 200 && answer;
    });
    expect(again.json.notes).to.equal('lost');
    expect(await app.database.collection('ecgs').countDocuments({ notes: 'lost' })).to.equal(1);
  });

  it('starts anew after the instance that worked on it was killed', async () => {
    const id = await uploadedFile(app, app.clinician, file(), 'a.json');
    const uploads = app.database.collection('uploads');
    const _id = new Types.ObjectId(id);
    const claim = { id: new Types.ObjectId(), of: [_id] };
    const left = (until: object) => [{ $set: { state: 'ingesting', claim: { ...claim, until } } }];
    await uploads.updateOne({ _id }, left({ $add: ['$$NOW', 60_000] }));
    expect((await readUpload(app, app.clinician, id)).json.state).to.equal('ingesting');
    expect((await record(app, app.clinician, [id])).json).to.include({ status: 409, code: 'upload-in-use' });
    await uploads.updateOne({ _id }, left({ $subtract: ['$$NOW', 1] }));
    expect((await readUpload(app, app.clinician, id)).json.state).to.equal('complete');
    expect((await record(app, app.clinician, [id])).status).to.equal(201);
  });

  it('of several files lets one of two requests with the same file go on', async () => {
    const ids: string[] = [];
    for (const name of ['a.json', 'b.txt']) ids.push(await uploadedFile(app, app.clinician, file(), name));
    const first = await whileHeld(
      app.database,
      HELD,
      () => record(app, app.clinician, [ids[0]!]),
      async () => {
        const both = await record(another, app.clinician, ids);
        expect(both.json).to.include({ status: 409, code: 'upload-in-use' });
        expect((await readUpload(app, app.clinician, ids[1]!)).json.state).to.equal('complete');
      },
    );
    expect(first.status).to.equal(201);
  });
});
