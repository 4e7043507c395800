/** Dates of recordings keep their microseconds, in every format that has them. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { unzip } from '../../support/zip.ts';

const DATE = '2026-01-15T09:30:00.123456Z';

const body = (date?: string): object => {
  const leads = [{ name: 'II', signal: Array.from({ length: 1_440 }, (_, at) => at % 7) }];
  return { ...(date && { date }), samplingRate: 360, unit: 'mV', gain: 200, leads };
};

describe('a date with microseconds', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp({ clinicTimezone: 'America/Sao_Paulo' });
    token = app.clinician.token;
  });
  after(() => app.close());

  const created = async (date?: string): Promise<{ id: string; date: string; version: number }> =>
    (await call(app, 'POST', '/ecgs?duplicate=allow', { token, body: body(date) })).json;
  const get = async (path: string) => call(app, 'GET', path, { token });

  it('comes back as it was sent, alone and in the list, with a zone as well', async () => {
    const { id, date } = await created('2026-01-15T06:30:00.123456-03:00');
    expect(date).to.equal(DATE);
    expect((await get(`/ecgs/${id}`)).json.date).to.equal(DATE);
    const { items } = (await get('/ecgs')).json;
    expect(items.map((item: { date: string }) => item.date)).to.deep.equal([DATE]);
    expect((await created('2026-01-15T09:30:00.123Z')).date).to.equal('2026-01-15T09:30:00.123Z');
  });

  it('can be given later', async () => {
    const { id, version } = await created();
    const patched = await call(app, 'PATCH', `/ecgs/${id}`, {
      token,
      body: { date: DATE },
      headers: { 'If-Match': `"${version}"` },
    });
    expect([patched.status, patched.json.date], patched.text).to.deep.equal([200, DATE]);
  });

  for (const format of ['json', 'wfdb', 'edf', 'dicom', 'fhir'])
    it(`is exported and read again as ${format}, also that of a window`, async () => {
      const { id } = await created(DATE);
      const dateOf = async (query: string): Promise<string> => {
        const answer = await get(`/ecgs/${id}/export?format=${format}${query}`);
        expect(answer.status, answer.text.slice(0, 300)).to.equal(200);
        const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
        const bytes = Buffer.from(answer.bytes);
        const files = name.endsWith('.zip') ? unzip(bytes) : new Map([[name, bytes]]);
        const other = await app.newUser('clinician');
        const parts = [...files].map(([file, content]) => ({ file, bytes: content }));
        return (await upload(app, other.token, parts)).json.date;
      };
      expect(await dateOf('')).to.equal(DATE);
      // Two samples later: 5,556 µs.
      expect(await dateOf(`&from=${2 / 360}&to=3`)).to.equal('2026-01-15T09:30:00.129012Z');
    });
});
