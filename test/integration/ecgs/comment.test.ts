/** The reader's comment: drafts, signatures and versions. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { commentLines } from '../../../src/ecgs/comments/lines.ts';
import { MAX_VERSIONS } from '../../../src/ecgs/comments/store.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { codeOf, eventsOf, faultOf, fourSeconds } from '../../support/marks.ts';

const textsOf = ({ json }: Answer): string[] => json.items.map(({ text }: { text: string }) => text);

describe('the comment on a recording', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());
  beforeEach(async () => {
    id = await fourSeconds(app, token);
  });

  const request = (method: string, path: string, version?: number, body?: object): Promise<Answer> =>
    call(app, method, `/ecgs/${id}/comment${path}`, {
      token,
      ...(body && { body }),
      ...(version !== undefined && { headers: { 'If-Match': `"${version}"` } }),
    });
  const read = (path = ''): Promise<Answer> => request('GET', path);
  const write = (text: unknown, version?: number): Promise<Answer> => request('PUT', '', version, { text });
  const sign = (version?: number): Promise<Answer> => request('POST', '/sign', version);
  const discard = (version?: number): Promise<Answer> => request('DELETE', '', version);

  it('does not exist at first, and can be written as of that', async () => {
    const none = await read();
    expect(none.headers.get('etag')).to.match(/^"0-/);
    expect(none.json).to.deep.equal({ ecgId: id, last: null, version: 0 });
    expect((await read('/versions')).json).to.deep.equal({ items: [], nextCursor: null });
    expect(codeOf(await sign())).to.deep.equal([409, 'nothing-to-sign']);
    expect(codeOf(await discard())).to.deep.equal([404, 'not-found']);
    expect((await write('first', 0)).status).to.equal(200);
    expect(codeOf(await write('second', 0))).to.deep.equal([412, 'version-stale']);
    expect((await read()).json.last.text).to.equal('first');
  });

  it('is a draft that is changed until it is signed, with who and when', async () => {
    const first = await write('Sinus rhythm.\nNormal axis.');
    expect(first.headers.get('etag')).to.equal('"1"');
    expect(first.json.last).to.include({ number: 1, createdBy: app.clinician.id, signed: null });
    const second = await write('Sinus rhythm.', 1);
    expect(second.json).to.deep.include({ ecgId: id, version: 2 });
    expect(second.json.last).to.include({ number: 1, text: 'Sinus rhythm.', createdAt: first.json.last.createdAt });
    expect(Date.parse(second.json.last.changedAt)).to.be.at.least(Date.parse(first.json.last.changedAt));
    expect((await read()).json).to.deep.equal(second.json);
    const signed = await sign(2);
    expect(signed.status, signed.text).to.equal(200);
    expect(signed.headers.get('etag')).to.equal('"3"');
    expect(signed.json.last.signed).to.include({ by: app.clinician.id, name: 'Number 2' });
    expect(Date.parse(signed.json.last.signed.at)).to.be.closeTo(Date.now(), 60_000);
    expect((await read()).json).to.deep.equal(signed.json);
  });

  it('is never changed once it is signed: a later text is a new version', async () => {
    await write('one');
    const signed = await sign();
    expect((await sign()).json, 'signing again').to.deep.equal(signed.json);
    expect(codeOf(await discard())).to.deep.equal([409, 'comment-signed']);
    expect((await write('one')).json, 'the same text').to.deep.equal(signed.json);
    const draft = await write('two', 2);
    expect(draft.json.last).to.include({ number: 2, text: 'two', signed: null });
    const { items } = (await read('/versions')).json;
    expect(items).to.deep.equal([draft.json.last, signed.json.last]);
  });

  it('loses its draft, not its signed versions, when it is discarded', async () => {
    await write('one');
    await sign();
    await write('two');
    expect(codeOf(await discard(1))).to.deep.equal([412, 'version-stale']);
    expect((await discard(3)).status).to.equal(204);
    expect((await read()).json).to.deep.include({ version: 4 });
    expect(textsOf(await read('/versions'))).to.deep.equal(['one']);
    // The tag of the discarded draft does not come back.
    expect((await write('another')).headers.get('etag')).to.equal('"5"');
    expect(codeOf(await write('yet another', 3))).to.deep.equal([412, 'version-stale']);
  });

  it('is listed by pages of versions, the latest first', async () => {
    for (const text of ['one', 'two', 'three']) {
      await write(text);
      await sign();
    }
    const first = await read('/versions?limit=2');
    expect(textsOf(first)).to.deep.equal(['three', 'two']);
    const second = await read(`/versions?limit=2&cursor=${first.json.nextCursor}`);
    expect(textsOf(second)).to.deep.equal(['one']);
    expect(second.json.nextCursor).to.equal(null);
    expect(codeOf(await read('/versions?cursor=x'))).to.deep.equal([400, 'invalid-cursor']);
  });

  it('has a limited number of versions', async () => {
    await write('last but one');
    await sign();
    const ecg = new Types.ObjectId(id);
    await app.database.collection('ecgComments').updateOne({ ecg }, { $set: { number: MAX_VERSIONS - 1 } });
    expect((await write('the last')).json.last.number).to.equal(MAX_VERSIONS);
    expect((await write('the last, corrected')).status).to.equal(200);
    await sign();
    expect(codeOf(await write('one more'))).to.deep.equal([409, 'too-many-versions']);
  });

  for (const [what, text, message] of [
    ['nothing', '', /at least 1 character/],
    ['blanks', ' \n ', /at least 1 character/],
    ['too much', 'a'.repeat(10_001), /10,?000/],
    ['control characters', 'a\u0007b', /control characters/],
    ['no text', 7, /text|string/],
  ] as const) {
    it(`is refused if it is ${what}`, async () => {
      const answer = await write(text);
      expect(faultOf(answer).slice(0, 2)).to.deep.equal([422, '/text']);
      expect(answer.json.errors[0].message).to.match(message);
    });
  }

  it('is seen and written by the owner of the recording only', async () => {
    await write('mine');
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/sign'],
      ['GET', '/versions'],
    ] as const) {
      const body = method === 'PUT' ? { body: { text: 'theirs' } } : {};
      const address = `/ecgs/${id}/comment${path}`;
      expect((await call(app, method, address, { token: app.other.token, ...body })).status, path).to.equal(404);
      expect((await call(app, method, address, { token: app.admin.token, ...body })).status, path).to.equal(403);
      expect((await call(app, method, address, body)).status, path).to.equal(401);
    }
    expect((await read()).json.last).to.include({ text: 'mine', signed: null });
  });

  it('keeps one of several texts that are written at the same time as of one version', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((text) => write(text, 0)));
    expect(answers.map(({ status }) => status)).to.have.members([200, 412, 412, 412]);
    const kept = answers.find(({ status }) => status === 200)!;
    expect((await read()).json).to.deep.equal(kept.json);
  });

  it('is written on sheets as it was signed last, in the time of the clinic', async () => {
    const lines = (): Promise<string[]> =>
      commentLines({ _id: new Types.ObjectId(id) }, new ClinicZone('America/Sao_Paulo'), app.database);
    await write('one');
    expect(await lines()).to.deep.equal([]);
    await sign();
    const ecg = new Types.ObjectId(id);
    await app.database
      .collection('ecgComments')
      .updateOne({ ecg }, { $set: { 'signed.at': new Date('2026-01-15T01:05:00Z') } });
    expect(await lines()).to.deep.equal(['one', 'Signed by Number 2, 2026-01-14 22:05']);
    await write('two\nlines');
    expect(await lines(), 'while there is a draft').to.have.length(2);
    await sign();
    const later = await lines();
    expect(later.slice(0, 2)).to.deep.equal(['two', 'lines']);
    expect(later[2]).to.match(/^Signed by Number 2, \d{4}-\d\d-\d\d \d\d:\d\d, version 2$/);
  });

  it('is written on pictures with a header once it is signed, with who signed it, in at most eight lines', async () => {
    const picture = async (query: string): Promise<string> =>
      (await call(app, 'GET', `/ecgs/${id}/ecg.svg?${query}`, { token })).text;
    await write(`Sinus rhythm.\n${'Normal axis.\n'.repeat(20)}`);
    expect(await picture('header=true'), 'a draft').to.not.include('Sinus');
    await sign();
    const signed = await picture('header=true');
    expect(signed).to.include('Sinus rhythm.').and.include('Signed by Number 2,');
    expect(signed.split('Normal axis.')).to.have.lengthOf(6);
    expect(signed).to.include('… and 15 more lines, which are not shown');
    expect(await picture('name=true'), 'without a header').to.not.include('Sinus');
    const pdf = await call(app, 'GET', `/ecgs/${id}/ecg.pdf?header=true`, { token });
    expect(pdf.status).to.equal(200);
  });

  it('is audited, and removed with the recording', async () => {
    await write('one');
    await write('two');
    await sign();
    await write('three');
    await discard();
    const ecg = new Types.ObjectId(id);
    const events = (await eventsOf(app, 'comment')) as { ecg: Types.ObjectId; action: string; fields?: string[] }[];
    const own = events.filter((event) => event.ecg.equals(ecg));
    expect(own.map(({ action, fields = [] }) => [action, ...fields])).to.deep.equal([
      ['create'],
      ['update', 'text'],
      ['sign'],
      ['create'],
      ['delete'],
    ]);
    expect(JSON.stringify(own)).to.not.match(/one|two|three/);
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
    expect(await app.database.collection('ecgComments').countDocuments({ ecg })).to.equal(0);
    expect(codeOf(await write('late'))).to.deep.equal([404, 'not-found']);
  });
});
