/** Lists of patients over HTTP: orders, filters, searches and pages. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, manyPatients, plain } from '../../support/directory.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

describe('GET /patients', () => {
  let app: TestApp;
  let all: {
    id: string;
    firstName: string;
    lastName: string;
    birthDate: string;
    sex: string;
    isActive: boolean;
    city: string;
  }[];
  before(async () => {
    app = await startTestApp();
    const stored = await manyPatients(app, 60, 7);
    all = stored.map((patient) => ({
      id: patient._id.toHexString(),
      firstName: patient.firstName!,
      lastName: patient.lastName!,
      birthDate: patient.birthDate!,
      sex: patient.sex,
      isActive: patient.isActive,
      city: patient.address!.city!,
    }));
  });
  after(async () => app.close());

  const get = (query: string): Promise<Answer> => callApp(app, 'GET', `/patients?${query}`, { token: app.admin.token });
  const everything = async (query: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { json, text } = await get(`limit=7&${query}${cursor}`);
      expect(json.items, text).to.be.an('array');
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      if (json.nextCursor === null) return seen;
      cursor = `&cursor=${json.nextCursor}`;
    }
  };
  const where = (is: (patient: (typeof all)[number]) => boolean): string[] => all.filter(is).map(({ id }) => id);

  const orders: Record<string, (patient: (typeof all)[number]) => string> = {
    name: ({ lastName, firstName, id }) => [plain(lastName), plain(firstName), id].join('\t'),
    firstName: ({ lastName, firstName, id }) => [plain(firstName), plain(lastName), id].join('\t'),
    birthDate: ({ birthDate, id }) => [birthDate, id].join('\t'),
    city: ({ city, lastName, id }) => [plain(city), plain(lastName), id].join('\t'),
    createdAt: ({ id }) => String(all.findIndex((patient) => patient.id === id)).padStart(4, '0'),
    updatedAt: ({ id }) => String(all.findIndex((patient) => patient.id === id)).padStart(4, '0'),
  };
  for (const [order, key] of Object.entries(orders)) {
    const inOrder = (is: (patient: (typeof all)[number]) => boolean): string[] =>
      all
        .filter(is)
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
        .map(({ id }) => id);

    it(`is read page by page in the order of ${order}, forwards and backwards, with each patient once`, async () => {
      const expected = all.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ id }) => id);
      expect(await everything(`sort=${order}`)).to.deep.equal(expected);
      expect(await everything(`sort=-${order}`)).to.deep.equal(expected.toReversed());
    });
    it(`is filtered and searched in the order of ${order}`, async () => {
      expect(await everything(`sort=${order}&sex=female&isActive=true`)).to.deep.equal(
        inOrder(({ sex, isActive }) => sex === 'female' && isActive),
      );
      expect(await everything(`sort=${order}&q=clara`)).to.deep.equal(
        inOrder(({ firstName }) => firstName === 'Clara'),
      );
      expect(await everything(`sort=-${order}&birthDateFrom=1950-01-01&birthDateTo=1980-12-31`)).to.deep.equal(
        inOrder(({ birthDate }) => birthDate >= '1950-01-01' && birthDate <= '1980-12-31').toReversed(),
      );
    });
  }

  it('is by default in the order of names, or of dates of birth if filtered by them', async () => {
    expect(await everything('')).to.deep.equal(await everything('sort=name'));
    expect(await everything('birthDateFrom=1900-01-01')).to.deep.equal(await everything('sort=birthDate'));
  });

  it('includes the bounds of a range of birth dates', async () => {
    const { birthDate, id } = all[10]!;
    expect(await everything(`birthDateFrom=${birthDate}&birthDateTo=${birthDate}`)).to.deep.equal([id]);
  });

  it('filters by city and state regardless of case and accents, and by both together', async () => {
    expect(await everything('city=SAO%20PAULO')).to.have.members(where(({ city }) => city === 'São Paulo'));
    expect(await everything('state=massachusetts&sex=male')).to.have.members(where(({ sex }) => sex === 'male'));
    expect(await everything('isActive=false&city=boston')).to.have.members(
      where(({ isActive, city }) => !isActive && city === 'Boston'),
    );
    expect(await everything('city=nowhere')).to.deep.equal([]);
  });

  it('finds by beginnings of words of the name, by SSN and by identifier', async () => {
    expect(await everything('q=FAB')).to.have.members(where(({ firstName }) => firstName === 'Fábio'));
    expect(await everything('q=al+cla')).to.have.members(
      where(({ firstName, lastName }) => firstName === 'Clara' && lastName.startsWith('Al')),
    );
    expect(await everything('q=900-10-0005')).to.deep.equal([all[4]!.id]);
    expect(await everything('q=900100005')).to.deep.equal([all[4]!.id]);
    expect(await everything('q=P-17')).to.deep.equal([all[17]!.id]);
    expect(await everything('q=900-10')).to.deep.equal([]);
    expect(await everything('q=lara')).to.deep.equal([]);
    expect(await everything('q=.*lara')).to.deep.equal([]);
  });

  it('shows the number of patients on request, also in a search', async () => {
    expect((await get('total=true&limit=1')).json).to.include({ total: 60 });
    expect((await get('total=true&limit=1&q=clara&sex=male')).json.total).to.equal(
      where(({ firstName, sex }) => firstName === 'Clara' && sex === 'male').length,
    );
    expect((await get('total=true&limit=1&birthDateTo=1960-01-01')).json.total).to.equal(
      where(({ birthDate }) => birthDate <= '1960-01-01').length,
    );
  });

  it('shows each patient with their studies, the newest first', async () => {
    const { json } = await get('include=studies,conditions&limit=60');
    for (const patient of json.items) {
      expect(patient.studies.count).to.equal(2);
      expect(patient.studies.items.map((study: { patient: string }) => study.patient)).to.deep.equal([
        patient.id,
        patient.id,
      ]);
      expect(patient.studies.items[0].performedAt > patient.studies.items[1].performedAt).to.equal(true);
      expect(patient).not.to.have.property('encounters');
    }
  });

  for (const [query, code] of [
    ['limit=0', 'invalid-query'],
    ['limit=201', 'invalid-query'],
    ['sort=ssn', 'invalid-query'],
    ['q=', 'invalid-query'],
    ['q=...', 'invalid-query'],
    ['q=a&q=b', 'invalid-query'],
    ['q[$ne]=a', 'invalid-query'],
    ['sex=F', 'invalid-query'],
    ['birthDateFrom=1944', 'invalid-query'],
    ['birthDateTo=2023-02-29', 'invalid-query'],
    ['include=users', 'invalid-query'],
    ['include=', 'invalid-query'],
    ['isActive=1', 'invalid-query'],
    ['name=x', 'invalid-query'],
    ['cursor=x', 'invalid-cursor'],
    ['cursor=W3siJG5lIjpudWxsfV0', 'invalid-cursor'],
  ] as const) {
    it(`refuses ?${query}`, async () => {
      const answer = await get(query);
      expect([answer.status, answer.json.code]).to.deep.equal([400, code]);
    });
  }

  it('accepts a cursor only in its own order', async () => {
    const { nextCursor } = (await get('limit=7&sort=name')).json;
    expect((await get(`limit=7&cursor=${nextCursor}`)).status, 'the order of lists that name none').to.equal(200);
    for (const other of ['sort=-name', 'sort=birthDate', 'birthDateFrom=1900-01-01'])
      expect((await get(`limit=7&${other}&cursor=${nextCursor}`)).json, other).to.include({
        status: 400,
        code: 'invalid-cursor',
      });
  });

  it('limits the documents shown with a patient, but counts all of them', async () => {
    const id = await made(app, '/patients', { firstName: 'Zz', lastName: 'Zz', birthDate: '1990-01-01' });
    for (let i = 0; i < 23; i += 1)
      await made(app, `/patients/${id}/encounters`, { start: `2026-01-${String(i + 1).padStart(2, '0')}` });
    const [patient] = (await get('q=zz&include=encounters,studies')).json.items;
    expect(patient.encounters.count).to.equal(23);
    expect(patient.encounters.items.map(({ start }: { start: string }) => start.slice(8, 10))).to.deep.equal(
      Array.from({ length: 20 }, (_, i) => String(23 - i).padStart(2, '0')),
    );
    expect(patient.studies).to.deep.equal({ count: 0, items: [] });
  });
});
