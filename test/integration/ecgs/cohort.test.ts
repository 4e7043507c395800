/** The distribution of crossings over many recordings, compared with the same figures computed here. */
import { expect } from 'chai';
import { Random } from '../../../src/synth/random.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { type Answer, call } from '../../support/http.ts';

const RATE = 100;
/** Half of the samples change the sign at most. */
const SAMPLES = 200;

/** A recording of two leads with a given number of crossings each. */
interface Made {
  crossings: [ii: number, v5: number];
  date: string | null;
  sex: 'female' | 'male' | null;
  /** Completed years on the day of the recording; null: unknown. */
  age: number | null;
}

/** A signal that changes its sign so many times. */
const signal = (crossings: number): number[] =>
  Array.from({ length: SAMPLES }, (_, i) => (Math.min(i, crossings) % 2 === 0 ? 1 : -1) * (1 + (i % 7)));

const perSecond = (crossings: number): number => crossings / (SAMPLES / RATE);

/** The figures of some values, by definition. */
function figures(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const at = (percent: number): number => sorted.find((_, i) => (i + 1) * 100 >= percent * n)!;
  const bins = new Map<number, number>();
  for (const value of sorted) bins.set(Math.floor(value), (bins.get(Math.floor(value)) ?? 0) + 1);
  return {
    recordings: n,
    minimum: sorted[0],
    p5: at(5),
    p25: at(25),
    p50: at(50),
    p75: at(75),
    p95: at(95),
    maximum: sorted[n - 1],
    histogram: [...bins].map(([from, recordings]) => ({ from, to: from + 1, recordings })),
    mean: Number(mean.toFixed(9)),
    standardDeviation: Number(Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n).toFixed(9)),
  };
}

/** The groups of an answer in the form of `figures`. */
const groupsOf = ({ status, text, json }: Answer): Record<string, object> => {
  expect(status, text).to.equal(200);
  return Object.fromEntries(
    (json.groups as Record<string, number>[]).map(({ lead, sex, ageFrom, withoutRate: _withoutRate, ...group }) => [
      [lead, sex, ageFrom].filter((part) => part !== null).join(' '),
      {
        ...group,
        mean: Number(group['mean']!.toFixed(9)),
        standardDeviation: Number(group['standardDeviation']!.toFixed(9)),
      },
    ]),
  );
};

const bandOf = ({ age }: Made): number | null => (age === null ? null : 10 * Math.floor(age / 10));

describe('GET /insights/cohort', function () {
  this.timeout(60_000);
  let app: TestApp;
  let owner: Principal;
  const all: Made[] = [];

  const get = (query = '', token = owner.token, accept = 'application/json'): Promise<Answer> =>
    call(app, 'GET', `/insights/cohort${query}`, { token, accept });
  const upload = (token: string, body: object): Promise<Answer> =>
    call(app, 'POST', '/ecgs?duplicate=allow', { token, body });

  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
    const random = new Random(3, 'cohort');
    const whole = (below: number): number => Math.floor(random.uniform() * below);
    // Born on 15 June: the age changes in the middle of the year.
    const patients: { id: string; sex: 'female' | 'male'; born: number | null }[] = [];
    for (const sex of ['female', 'male'] as const)
      for (const born of [1950, 1976, 2010]) {
        const id = await made(app, '/patients', somebody({ sex, birthDate: `${born}-06-15` }));
        patients.push({ id, sex, born });
      }
    for (let i = 0; i < 60; i += 1) {
      const crossings: Made['crossings'] = [whole(100), whole(30)];
      const [year, day] = [2020 + whole(5), whole(2) === 0 ? '06-14' : '06-15'];
      const date = i % 9 === 0 ? null : `${year}-${day}T12:00:00Z`;
      const patient = i % 7 === 0 ? null : patients[whole(patients.length)]!;
      const age = patient?.born && date ? year - patient.born - (day === '06-14' ? 1 : 0) : null;
      const [II, V5] = crossings.map(signal);
      const leads = [
        { name: 'MLII', signal: II },
        { name: 'V5', signal: V5 },
        { name: 'resp', signal: V5 },
      ];
      const known = { ...(date && { date }), ...(patient && { patient: patient.id }) };
      expect((await upload(owner.token, { samplingRate: RATE, leads, ...known })).status).to.equal(201);
      all.push({ crossings, date, sex: patient?.sex ?? null, age });
    }
    // Without a rate; of another clinician; deleted.
    await upload(owner.token, { leads: [{ name: 'II', signal: signal(9) }] });
    const other = { samplingRate: RATE, leads: [{ name: 'II', signal: signal(199) }], patient: patients[0]!.id };
    await upload(app.other.token, other);
    const { id } = (await upload(owner.token, other)).json as { id: string };
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token: owner.token })).status).to.equal(204);
  });
  after(() => app.close());

  const expected = (isIn: (one: Made) => boolean, lead: 'II' | 'V5'): object =>
    figures(all.filter(isIn).map(({ crossings }) => perSecond(crossings[lead === 'II' ? 0 : 1])));
  const both = (isIn: (one: Made) => boolean): object => ({ II: expected(isIn, 'II'), V5: expected(isIn, 'V5') });

  it('describes all own recordings by lead, and counts those without a rate apart', async () => {
    const answer = await get();
    expect(groupsOf(answer)).to.deep.equal(both(() => true));
    const [ii, v5] = answer.json.groups as { withoutRate: number }[];
    expect([ii!.withoutRate, v5!.withoutRate, answer.json.binWidth]).to.deep.equal([1, 0, 1]);
  });

  const selections: Record<string, (one: Made) => boolean> = {
    '?dateFrom=2022-01-01': ({ date }) => date !== null && date >= '2022',
    '?dateFrom=2021-01-01&dateTo=2023-06-15T12:00:00Z': ({ date }) =>
      date !== null && date >= '2021' && date < '2023-06-15T12',
    '?sex=female': ({ sex }) => sex === 'female',
    '?ageFrom=45': ({ age }) => age !== null && age >= 45,
    '?ageTo=45': ({ age }) => age !== null && age <= 45,
    '?ageFrom=44&ageTo=46&sex=male&dateTo=2024-01-01': ({ age, sex, date }) =>
      age !== null && age >= 44 && age <= 46 && sex === 'male' && date! < '2024',
  };
  for (const [query, isIn] of Object.entries(selections))
    it(`selects by ${query}`, async () => {
      expect(all.filter(isIn)).to.not.be.empty;
      expect(groupsOf(await get(query))).to.deep.equal(both(isIn));
    });

  it('shows only the leads that are asked for', async () => {
    expect(groupsOf(await get('?lead=V5,aVR'))).to.deep.equal({ V5: expected(() => true, 'V5') });
    expect((await get('?lead=aVR')).json.groups).to.deep.equal([]);
  });

  it('divides by sex, with those without a patient as a group', async () => {
    expect(groupsOf(await get('?lead=II&groupBy=sex'))).to.deep.equal({
      II: expected(({ sex }) => sex === null, 'II'),
      'II female': expected(({ sex }) => sex === 'female', 'II'),
      'II male': expected(({ sex }) => sex === 'male', 'II'),
    });
  });

  it('divides by age in bands of ten years', async () => {
    const bands = [...new Set(all.map(bandOf))];
    const wanted = bands.map((band) => [
      band === null ? 'V5' : `V5 ${band}`,
      expected((one) => bandOf(one) === band, 'V5'),
    ]);
    expect(groupsOf(await get('?lead=V5&groupBy=age'))).to.deep.equal(Object.fromEntries(wanted));
  });

  it('shows nothing of other clinicians, and nothing of patients', async () => {
    const theirs = await get('?groupBy=sex', app.other.token);
    expect((theirs.json.groups as { recordings: number }[]).map(({ recordings }) => recordings)).to.deep.equal([1]);
    expect((await get('', (await app.newUser('clinician')).token)).json.groups).to.deep.equal([]);
    expect(theirs.text).to.not.match(/Ratke|1950|birth|person/);
  });

  it('has the same figures as CSV, without the histogram', async () => {
    const { text } = await get('?lead=II', owner.token, 'text/csv');
    const [header, line] = text.trim().split('\r\n');
    const { histogram: _, ...group } = (await get('?lead=II')).json.groups[0] as Record<string, string | number | null>;
    const cells = Object.fromEntries(header!.split(',').map((name, i) => [name, line!.split(',')[i]]));
    expect(cells).to.deep.equal(
      Object.fromEntries(Object.entries(group).map(([name, value]) => [name, `${value ?? ''}`])),
    );
  });

  for (const query of [
    '?lead=II,V9',
    '?lead=',
    '?ageFrom=-1',
    '?ageFrom=50&ageTo=40',
    '?sex=x',
    '?dateFrom=2023',
    '?a=1',
  ])
    it(`refuses ${query}`, async () => {
      const { status, json } = await get(query);
      expect([status, json.code]).to.deep.equal([400, 'invalid-query']);
    });

  it('is refused to admins', async () => {
    expect((await get('', app.admin.token)).status).to.equal(403);
  });

  it('is refused with advice if the database takes too long', async () => {
    const admin = app.database.getClient().db('admin');
    await admin.command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'alwaysOn' });
    try {
      const { status, json } = await get();
      expect([status, json.code]).to.deep.equal([422, 'cohort-too-large']);
      expect(json.detail).to.match(/30 s.*by date or lead/);
    } finally {
      await admin.command({ configureFailPoint: 'maxTimeAlwaysTimeOut', mode: 'off' });
    }
  });
});
