/** The lists of attendances and of the names in them. */
import { expect } from 'chai';
import { KINDS } from '../../../src/attendances/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

/** Digits in ascending order. */
const sorted = (digits: string): string => digits.split('').toSorted().join('');

describe('lists of attendances', () => {
  let list: TestApp;
  const clients = new Map<string, string>();
  /** deadline, attended, client, technician, base; the external ids are L0, L1 … */
  const rows: [string, string | null, string, string, string][] = [
    ['2026-01-01', '2026-01-01', 'A', 'T1', 'B1'],
    ['2026-01-02', '2026-01-03', 'A', 'T2', 'B1'],
    ['2026-01-02', null, 'B', 'T1', 'B2'],
    ['2026-01-02', '2026-01-02', 'B', 'T2', 'B2'],
    ['2026-01-03T00:30:00Z', '2026-01-03', 'A', 'T1', 'B1'],
    ['2026-01-04', null, 'C', 'T1', 'B2'],
    ['2026-02-01', '2026-01-31T12:00:00Z', 'C', 'T3', 'B1'],
  ];
  before(async () => {
    list = await startTestApp({ clinicTimezone: 'America/Fortaleza' });
    for (const [i, [deadline, attendedAt, ...names]] of rows.entries()) {
      const [client, technician, base] = names.map((name) => ({ name }));
      const body = { externalId: `L${i}`, deadline, attendedAt, client, technician, base };
      const { json } = await callApp(list, 'POST', '/attendances', { token: list.admin.token, body });
      clients.set(json.client.name, json.client.id);
    }
  });
  after(() => list.close());
  const get = (query: string, path = '/attendances'): Promise<Answer> =>
    callApp(list, 'GET', `${path}?${query}`, { token: list.clinician.token });
  const ids = async (query: string): Promise<string> =>
    (await get(query)).json.items.map(({ externalId }: { externalId: string }) => externalId.slice(1)).join('');

  it('shows the latest deadline first, with names', async () => {
    expect(await ids('')).to.equal('6532140');
    const [first] = (await get('limit=1')).json.items;
    expect(first)
      .to.deep.include({ externalId: 'L6', onTime: true, client: { id: clients.get('C'), name: 'C' } })
      .and.not.have.property('created');
  });

  for (const [order, expected] of [
    ['deadline', '0412356'],
    ['-deadline', '6532140'],
    ['externalId', '0123456'],
    ['-externalId', '6543210'],
    ['attendedAt', '2503146'],
    ['-attendedAt', '6413052'],
  ] as const) {
    it(`is in the order ${order}, on one page and page by page, with and without a filter`, async () => {
      expect(await ids(`sort=${order}`)).to.equal(expected);
      for (const [filter, dropped] of [
        ['', /x/g],
        ['&deadlineFrom=2026-01-02&deadlineTo=2026-01-31', /[06]/g],
        ['&base=b1', /[235]/g],
      ] as const) {
        const all = await ids(`sort=${order}${filter}`);
        expect(all).to.equal(expected.replaceAll(dropped, ''));
        for (const limit of [1, 2, 3]) {
          let seen = '';
          for (let cursor: string | null = ''; cursor !== null;) {
            const { json } = await get(`sort=${order}&limit=${limit}${filter}${cursor && `&cursor=${cursor}`}`);
            seen += json.items.map(({ externalId }: { externalId: string }) => externalId.slice(1)).join('');
            cursor = json.nextCursor;
          }
          expect(seen, `${limit} a page`).to.equal(all);
        }
      }
    });
  }

  for (const [query, expected] of [
    ['client=a', '014'],
    ['client=%20C%20', '56'],
    ['technician=t1', '0245'],
    ['base=B2', '235'],
    ['client=nobody', ''],
    [`client=${'0'.repeat(24)}`, ''],
    ['client=b&technician=T2&base=b2', '3'],
    ['state=open', '25'],
    ['state=late', '14'],
    ['state=onTime', '036'],
    ['deadlineFrom=2026-01-02&deadlineTo=2026-01-02', '1234'],
    ['deadlineTo=2026-01-01', '0'],
    ['deadlineFrom=2026-01-04', '56'],
    ['state=open&technician=t1&deadlineFrom=2026-01-03', '5'],
  ] as const) {
    it(`finds ${expected || 'nothing'} by ${query}`, async () => {
      expect(sorted(await ids(query))).to.equal(expected);
      expect((await get(`${query}&total=true&limit=1`)).json.total).to.equal(expected.length);
    });
  }
  it('finds by id', async () => expect(await ids(`client=${clients.get('C')}`)).to.equal('65'));

  for (const query of [
    'sort=client',
    'sort=--deadline',
    'state=done',
    'deadlineFrom=2026-02-30',
    'deadlineFrom=2026-01-02&deadlineTo=2026-01-01',
    'deadlineFrom=2026-01-01T00:00',
    'client=',
    'client=a&client=b',
    'client[$ne]=a',
    'limit=0',
    'q=a',
    `client=${'x'.repeat(201)}`,
  ]) {
    it(`refuses ?${query}`, async () =>
      expect((await get(query)).json).to.include({ status: 400, code: 'invalid-query' }));
  }
  it('refuses a cursor of another order', async () => {
    const { nextCursor } = (await get('limit=1')).json;
    for (const query of [`cursor=${nextCursor}&sort=deadline`, 'cursor=x', `cursor=${nextCursor}&sort=externalId`])
      expect((await get(query)).json).to.include({ status: 400, code: 'invalid-cursor' });
  });

  describe('/clients, /technicians and /bases', () => {
    it('are listed by name, with the number of attendances that refer to each', async () => {
      for (const [kind, expected] of [
        ['client', { A: 3, B: 2, C: 2 }],
        ['technician', { T1: 4, T2: 2, T3: 1 }],
        ['base', { B1: 4, B2: 3 }],
      ] as const) {
        const { json } = await get('total=true', `/${KINDS[kind]}`);
        expect(
          json.items.map(({ name, attendances }: { name: string; attendances: number }) => [name, attendances]),
        ).to.deep.equal(Object.entries(expected));
        expect(json).to.include({ total: Object.keys(expected).length, nextCursor: null });
      }
    });

    it('are found by beginnings of words, and read page by page', async () => {
      expect((await get('q=T2', '/technicians')).json.items).to.have.length(1);
      expect((await get('q=2', '/technicians')).json.items).to.have.length(0);
      const first = (await get('limit=2', '/clients')).json;
      const rest = (await get(`limit=2&cursor=${first.nextCursor}`, '/clients')).json;
      expect([...first.items, ...rest.items].map(({ name }: { name: string }) => name)).to.deep.equal(['A', 'B', 'C']);
      expect(rest.nextCursor).to.equal(null);
    });

    it('are read one by one', async () => {
      expect((await get('', `/clients/${clients.get('A')}`)).json).to.include({
        id: clients.get('A'),
        name: 'A',
        attendances: 3,
        createdBy: list.admin.id,
      });
      for (const path of [`/technicians/${clients.get('A')}`, '/clients/x', '/bases/%00'])
        expect((await get('', path)).status).to.equal(404);
    });

    for (const query of ['q=', 'q=.', 'sort=name', 'limit=x'])
      it(`refuse ?${query}`, async () => expect((await get(query, '/bases')).status).to.equal(400));
  });
});
