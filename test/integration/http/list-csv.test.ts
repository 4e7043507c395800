/** Lists as CSV: the whole list, with the same values as the pages. */
import { parseString } from '@fast-csv/parse';
import { expect } from 'chai';
import { z } from 'zod';
import { pageOrCsv } from '../../../src/http/answers.ts';
import { columnsOf } from '../../../src/http/csv-columns.ts';
import { answerList, LIST, MAX_CSV_ROWS } from '../../../src/http/list-csv.ts';
import { operation } from '../../../src/http/operation.ts';
import { listOf } from '../../../src/http/paging.ts';
import { wholeNumber } from '../../../src/http/query-values.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, manyPatients, somebody } from '../../support/directory.ts';
import { type Answer, call } from '../../support/http.ts';

type Row = Record<string, string>;

const ATTENDANCE = {
  externalId: 'A-1',
  client: { name: 'Client' },
  technician: { name: 'Technician' },
  base: { name: 'Base' },
  deadline: '2026-01-15',
};

const parsed = (text: string): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    const rows: Row[] = [];
    parseString<Row, Row>(text, { headers: true })
      .on('error', reject)
      .on('data', (row: Row) => rows.push(row))
      .on('end', () => resolve(rows));
  });

const Numbers = z.strictObject({ n: z.int() });

/** A list of which only the first number is read. */
const numbers = operation({
  id: 'numbers',
  tag: 'service',
  method: 'get',
  path: '/numbers',
  access: 'user',
  query: z.strictObject({ length: wholeNumber(0, 999_999) }),
  ...LIST,
  answers: pageOrCsv(listOf(Numbers)),
  handler: ({ ctx, query: { length } }) =>
    answerList(
      { ctx, query: { limit: 1, total: false } },
      { name: 'numbers', columns: columnsOf(Numbers) },
      {
        page: () => Promise.resolve({ items: [{ n: 1 }], nextCursor: null }),
        count: (atMost) => Promise.resolve(Math.min(length, atMost)),
      },
    ),
});

const ids = (items: { id: string }[]): string[] => items.map(({ id }) => id);

describe('a list as CSV', () => {
  let app: TestApp;
  let patient: string;
  before(async () => {
    app = await startTestApp({}, { moreOperations: [numbers] });
    patient = await made(app, '/patients', somebody({ lastName: '=HYPERLINK("x")', address: { city: 'Hull' } }));
    await manyPatients(app, 250, 7);
    await made(app, `/patients/${patient}/studies`, aStudy());
    await made(app, `/patients/${patient}/encounters`, { start: '2026-01-15T09:30:00Z', stop: '2026-01-15T10:00:00Z' });
    await made(app, `/patients/${patient}/conditions`, {
      code: '1',
      description: 'Sinusitis, chronic',
      start: '2026-01-15',
    });
    await made(app, '/attendances', ATTENDANCE);
    const { token } = app.clinician;
    const leads = [
      { name: 'I', signal: [1, -1, 2] },
      { name: 'V1', signal: [1, 1, 1] },
    ];
    await made(app, '/ecgs', { id: 'one', patient, notes: '+1; "two"\nlines', leads }, token);
    await made(app, '/ecgs', { id: 'two', leads }, token);
  });
  after(() => app.close());

  const get = (path: string, accept = 'text/csv', user = app.clinician): Promise<Answer> =>
    call(app, 'GET', path, { token: user.token, accept });

  for (const [path, name, rows] of [
    ['/users', 'users', 3],
    ['/patients', 'patients', 251],
    ['/studies', 'studies', 501],
    ['/patients/{patient}/studies', 'studies', 1],
    ['/patients/{patient}/encounters', 'encounters', 1],
    ['/patients/{patient}/conditions', 'conditions', 1],
    ['/attendances', 'attendances', 1],
    ['/clients', 'clients', 1],
    ['/technicians', 'technicians', 1],
    ['/bases', 'bases', 1],
    ['/imports', 'imports', 0],
    ['/uploads', 'uploads', 0],
    ['/ecgs', 'recordings', 2],
    ['/patients/{patient}/ecgs', 'recordings', 1],
  ] as const) {
    it(`has all ${rows} rows of ${path}, in the order of its pages`, async () => {
      const address = path.replace('{patient}', patient);
      const user = path === '/users' ? app.admin : app.clinician;
      const { status, headers, text } = await get(address, 'text/csv', user);
      expect(status, text).to.equal(200);
      expect(headers.get('content-type')).to.equal('text/csv; charset=utf-8; header=present');
      expect(headers.get('content-disposition')).to.equal(`attachment; filename="${name}.csv"`);
      const found = await parsed(text);
      expect(found).to.have.length(rows);
      const { json } = await get(`${address}?limit=20`, 'application/json', user);
      expect(ids(found as { id: string }[] & Row[]).slice(0, 20)).to.deep.equal(ids(json.items));
    });
  }

  it('has all annotations of a recording, and all versions of a comment on it', async () => {
    const { token } = app.clinician;
    const leads = [{ name: 'II', samplingRate: 100, signal: [1, -1, 2, 3] }];
    const ecg = await made(app, '/ecgs', { id: 'marked', leads }, token);
    const value = { kind: 'QT', ms: 20, rrMs: 800 };
    await made(app, `/ecgs/${ecg}/annotations`, { from: 0.01, to: 0.03, channel: 'II', value }, token);
    await made(app, `/ecgs/${ecg}/annotations`, { at: 0, text: '=1+1' }, token);
    const [first, second] = await parsed((await get(`/ecgs/${ecg}/annotations`)).text);
    expect(first).to.include({ source: 'own', at: '0', text: "'=1+1", 'value.kind': '', file: '' });
    expect(second).to.include({ at: '0.01', channel: 'II', 'value.kind': 'QT', 'value.ms': '20' });

    await call(app, 'PUT', `/ecgs/${ecg}/comment`, { token, body: { text: 'sinus rhythm' } });
    await call(app, 'POST', `/ecgs/${ecg}/comment/sign`, { token });
    const answer = await get(`/ecgs/${ecg}/comment/versions`);
    expect(answer.headers.get('content-disposition')).to.equal(`attachment; filename="comment-${ecg}.csv"`);
    expect(await parsed(answer.text)).to.have.length(1);
    expect(answer.text).to.include('sinus rhythm');
  });

  it('is filtered and sorted as its pages are, and pages have no part in it', async () => {
    const { text } = await get('/patients?sex=female&sort=-birthDate&limit=1&total=true&include=studies');
    const found = await parsed(text);
    const { json } = await get('/patients?sex=female&sort=-birthDate&limit=20&total=true', 'application/json');
    expect(found).to.have.length(json.total);
    expect(found.slice(0, 20).map((row) => row['birthDate'])).to.deep.equal(
      json.items.map(({ birthDate }: { birthDate: string }) => birthDate),
    );
  });

  it('shows nested values, and is safe to open in a spreadsheet', async () => {
    const [row] = await parsed((await get('/patients?q=hyperlink')).text);
    expect(row).to.include({
      lastName: `'=HYPERLINK("x")`,
      'address.city': 'Hull',
      identifiers: '',
      isActive: 'true',
    });
    const [recording] = await parsed((await get('/ecgs?q=lines')).text);
    expect(recording).to.include({
      externalId: 'one',
      patientName: `Terrilyn =HYPERLINK("x")`,
      notes: `'+1; "two"\nlines`,
      checks: 'sampling-rate-missing; unit-missing; lead-off',
      leads: 'I: 2; V1: 0',
      duration: '',
    });
  });

  it('is only of what the user may see', async () => {
    expect(await parsed((await get('/ecgs', 'text/csv', app.other)).text)).to.deep.equal([]);
    expect((await get('/users')).status).to.equal(403);
    expect((await get('/ecgs', 'text/csv', app.admin)).status).to.equal(403);
  });

  it('is refused as a form that does not exist, and with a filter that does not exist', async () => {
    expect((await get('/patients', 'text/html')).json.code).to.equal('not-acceptable');
    expect((await get('/patients?colour=red')).json.code).to.equal('invalid-query');
  });

  it('is refused if it is longer than a spreadsheet', async () => {
    expect((await get(`/numbers?length=${MAX_CSV_ROWS}`)).text).to.equal('n\r\n1\r\n');
    const { status, json } = await get(`/numbers?length=${MAX_CSV_ROWS + 1}`);
    expect([status, json.code]).to.deep.equal([422, 'answer-too-large']);
  });
});
