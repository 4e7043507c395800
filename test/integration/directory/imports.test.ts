/**
 * Imports of the directory's files: Synthea's, and those of the system that kept patients with studies. The files are
 * generated here, with their columns.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

const SYNTHEA_PATIENTS =
  'Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,' +
  'BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME';
const ENCOUNTERS =
  'Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST,' +
  'TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION';
const CONDITIONS = 'START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION';

const patientRow = (id: string, more: { birth?: string; last?: string; sex?: string; income?: string } = {}): string =>
  `${id},${more.birth ?? '1944-04-23'},,999-32-8568,S99943184,X50394909X,Mrs.,Terrilyn343,` +
  `${more.last ?? 'Ratke343'},,Quitzon246,M,white,nonhispanic,${more.sex ?? 'F'},` +
  'Barnstable  Massachusetts  US,764 Feest Green Suite 79,Wareham,Massachusetts,Plymouth County,,' +
  '00000,41.76336186528871,-70.74286500947657,' +
  `760647.76,848585.96,${more.income ?? '41235'}`;
const encounterRow = (id: string, patient: string, start = '2018-12-23T11:59:14Z'): string =>
  `${id},${start},2018-12-23T12:33:08Z,${patient},o,p,y,outpatient,185349003,` +
  'Encounter for check up (procedure),85.55,652.95,522.36,,';

describe('imports of the directory', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp({}, { importTiming: { leaseMs: 3_000, pollMs: 50 } });
    app.app.importWorker.start();
  });
  after(async () => app.close());

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callApp(app, method, path, { token: app.clinician.token, body });

  async function imported(
    lines: readonly string[],
    fields: Record<string, string> = {},
  ): Promise<{
    kind: string;
    state: string;
    rows: Record<string, number>;
    alsoCreated: object;
    errors: { line: number; column: string | null; reason: string }[];
  }> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' }), 'file.csv');
    const sent = await call('POST', '/imports', form);
    expect(sent.status, sent.text).to.equal(202);
    // The event stream ends with the import.
    await call('GET', `/imports/${sent.json.id}/events`);
    const { json } = await call('GET', `/imports/${sent.json.id}`);
    expect(json.state, JSON.stringify(json)).to.equal('completed');
    return { ...json, errors: (await call('GET', `/imports/${sent.json.id}/errors`)).json.items };
  }
  const only = async (path: string) => {
    const { items } = (await call('GET', path)).json;
    expect(items).to.have.length(1);
    return items[0];
  };

  it('find the same patients if their source is the same text, composed or not', async () => {
    const file = [SYNTHEA_PATIENTS, patientRow('f-1')];
    expect((await imported(file, { source: 'café' })).rows).to.include({ created: 1 });
    expect((await imported(file, { source: ' cafe\u0301' })).rows).to.include({ created: 0, unchanged: 1 });
    // What the import has stored, a client may send back.
    const { id, identifiers } = await only('/patients?q=f-1');
    expect(identifiers[0]).to.deep.equal({ system: 'café', value: 'f-1' });
    expect((await call('PATCH', `/patients/${id}`, { identifiers })).status).to.equal(200);
  });

  it('are refused if their source contains an invisible character, or is too long for an identifier', async () => {
    for (const source of ['war\u200bd', 'w'.repeat(201)]) {
      const form = new FormData();
      form.set('source', source);
      form.set('file', new Blob([SYNTHEA_PATIENTS], { type: 'text/csv' }), 'file.csv');
      const { status, json } = await call('POST', '/imports', form);
      expect([status, json.errors?.[0]?.path]).to.deep.equal([422, '/source']);
    }
  });

  it("of patients store Synthea's columns, and change nothing the second time", async () => {
    const file = [SYNTHEA_PATIENTS, patientRow('s-1'), patientRow('s-2', { sex: 'M', last: 'Other' })];
    const first = await imported(file, { source: 'synthea' });
    expect(first.kind).to.equal('patients');
    expect(first.rows, JSON.stringify(first.errors)).to.deep.equal({
      total: 2,
      ok: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      failed: 0,
    });
    const patient = await only('/patients?q=s-1');
    expect(patient).to.deep.include({
      identifiers: [{ system: 'synthea', value: 's-1' }],
      prefix: 'Mrs.',
      firstName: 'Terrilyn343',
      lastName: 'Ratke343',
      maidenName: 'Quitzon246',
      birthDate: '1944-04-23',
      deathDate: null,
      sex: 'female',
      ssn: '999-32-8568',
      maritalStatus: 'married',
      income: 41235,
      createdBy: app.clinician.id,
      version: 1,
    });
    expect(patient.address).to.include({
      city: 'Wareham',
      county: 'Plymouth County',
      fips: null,
      zip: '00000',
      lat: 41.76336186528871,
    });
    expect((await imported(file, { source: 'synthea' })).rows).to.include({ ok: 0, unchanged: 2 });
    expect(await only('/patients?q=s-1')).to.deep.equal(patient);
  });

  it('of patients record who changed them and when, and keep their creators', async () => {
    await imported([SYNTHEA_PATIENTS, patientRow('n-1')], { source: 'noted' });
    const [made, by] = [
      { createdAt: new Date(0).toISOString(), createdBy: app.other.id },
      new Types.ObjectId(app.other.id),
    ];
    const past = { createdAt: new Date(0), createdBy: by, updatedAt: new Date(0), updatedBy: by };
    await app.database.collection('patients').updateMany({}, { $set: past });
    await imported([SYNTHEA_PATIENTS, patientRow('n-1', { last: 'Noted' })], { source: 'noted' });
    const changed = await only('/patients?q=noted');
    expect(changed).to.include({ ...made, updatedBy: app.clinician.id, version: 2 });
    expect(changed.updatedAt > made.createdAt).to.equal(true);
  });

  it('of patients update what differs, and refuse another date of birth and unreadable values', async () => {
    await imported([SYNTHEA_PATIENTS, patientRow('u-1')]);
    const second = await imported([
      SYNTHEA_PATIENTS,
      patientRow('u-1', { last: 'Renamed' }),
      patientRow('u-1', { birth: '1944-04-24' }),
      patientRow('u-3', { birth: '2023-02-29' }),
      patientRow('u-4', { sex: 'x' }),
      patientRow('u-5', { income: 'much' }),
      patientRow('u-6', { birth: '2999-01-01' }),
    ]);
    expect(second.rows).to.deep.equal({ total: 6, ok: 1, created: 0, updated: 1, unchanged: 0, failed: 5 });
    expect(second.errors.map(({ line, column }) => [line, column])).to.have.deep.members([
      [3, null],
      [4, 'BIRTHDATE'],
      [5, 'GENDER'],
      [6, 'INCOME'],
      [7, 'BIRTHDATE'],
    ]);
    const worst = await imported([
      SYNTHEA_PATIENTS,
      patientRow('u-7', { birth: '2999-01-01', sex: 'x', income: '-1' }),
    ]);
    expect(worst.errors.map(({ column }) => column)).to.have.members(['BIRTHDATE', 'GENDER', 'INCOME']);
    expect(await only('/patients?q=renamed')).to.include({ version: 2 });
  });

  it('of studies accept columns with spaces, count equal rows, and find patients by their source', async () => {
    expect(
      (
        await imported(
          [
            'first_name, last_name, birth_date, email, id',
            'Ana, Lima, 1990-02-03, ana@clinic.example, 1',
            'Rui, Lima, 1991-02-03, , 2',
          ],
          { source: 'c' },
        )
      ).rows,
    ).to.include({ ok: 2 });
    const file = [
      'urgency_level, body_part, description, type, patient_id',
      'HIGH, CHEST, Pain, XRAY, 1',
      'HIGH, CHEST, Pain, XRAY, 1',
      'LOW, BREAST, Check, MAMMOGRAM, 2',
      'SOON, CHEST, Pain, XRAY, 1',
      'MID, CHEST, Pain, XRAY, 99',
    ];
    const first = await imported(file, { source: 'c' });
    expect(first.rows).to.deep.equal({ total: 5, ok: 3, created: 3, updated: 0, unchanged: 0, failed: 2 });
    expect(first.errors.map(({ line, column }) => [line, column])).to.have.deep.members([
      [5, 'urgency_level'],
      [6, 'patient_id'],
    ]);
    expect((await imported(file, { source: 'c' })).rows).to.include({ ok: 0, unchanged: 3, failed: 2 });
    const patient = await only('/patients?q=ana+lima&include=studies');
    expect(patient.studies.count).to.equal(2);
    const missing = await imported([file[0]!, file[5]!], { source: 'c', createMissing: 'true' });
    expect([missing.rows['ok'], missing.alsoCreated]).to.deep.equal([1, { patients: 1 }]);
    expect(await only('/patients?q=99')).to.include({ lastName: null, birthDate: null, age: null });
    expect(
      (
        await imported(['first_name, last_name, birth_date, email, id', 'Late, Comer, 1990-02-03, , 99'], {
          source: 'c',
        })
      ).rows,
    ).to.include({ updated: 1 });
    expect(await only('/patients?q=late+comer')).to.include({ birthDate: '1990-02-03', version: 2 });
  });

  it('of encounters and conditions recognise, count and index them', async () => {
    await imported([SYNTHEA_PATIENTS, patientRow('e-1'), patientRow('e-2')], { source: 'e' });
    const encounters = [
      ENCOUNTERS,
      encounterRow('enc-1', 'e-1'),
      encounterRow('enc-2', 'e-2'),
      encounterRow('enc-3', 'nobody'),
      encounterRow('enc-4', 'e-1', '2019-01-01T00:00:00Z'),
    ];
    const first = await imported(encounters, { source: 'e' });
    expect(first.rows).to.include({ created: 2, failed: 2 });
    expect((await imported(encounters, { source: 'e' })).rows).to.include({ ok: 0, unchanged: 2, failed: 2 });
    const conditions = [
      CONDITIONS,
      '2018-12-23,2019-04-28,e-1,enc-1,160903007,Full-time employment (finding)',
      '2018-12-23,,e-1,enc-1,40055000,Chronic sinusitis (disorder)',
      '2018-12-23,,e-1,enc-2,1,Of another',
      '2018-12-23,,e-1,enc-9,2,Missing encounter',
      '2018-12-23,2018-12-22,e-1,enc-1,3,Reversed',
      '2018-12-23,,e-2,,4,Without encounter',
    ];
    const second = await imported(conditions, { source: 'e' });
    expect(second.rows).to.include({ created: 3, failed: 3 });
    expect((await imported(conditions, { source: 'e' })).rows).to.include({ ok: 0, unchanged: 3 });
    const patient = await only('/patients?condition=sinusitis&include=encounters,conditions');
    expect([patient.encounters.count, patient.conditions.count]).to.deep.equal([1, 2]);
    const renamed = await imported([CONDITIONS, '2018-12-23,,e-1,enc-1,40055000,Something else'], { source: 'e' });
    expect(renamed.rows).to.include({ updated: 1 });
    expect((await call('GET', '/patients?condition=sinusitis')).json.items).to.deep.equal([]);
    await only('/patients?condition=something');
    const missing = await imported([CONDITIONS, '2018-12-23,,new,enc-new,7,Found'], {
      source: 'e',
      createMissing: 'true',
    });
    expect(missing.alsoCreated).to.deep.equal({ patients: 1, encounters: 1 });
    const made = await only('/patients?condition=7&include=encounters');
    expect(made.encounters.items[0]).to.include({ start: null, externalId: 'enc-new' });
  });

  it('of encounters read times in the same way as requests', async () => {
    const late = await imported(
      [
        ENCOUNTERS,
        encounterRow('late-1', 'e-1', '0000-01-01T00:00:00+14:00'),
        encounterRow('late-2', 'e-1', '2018-12-23T12:33:09Z'),
        encounterRow('late-3', 'e-\u200b1'),
      ],
      { source: 'e' },
    );
    expect(late.errors.map(({ line, column }) => [line, column])).to.have.deep.members([
      [2, 'START'],
      [3, 'STOP'],
      [4, 'PATIENT'],
    ]);
    expect(late.errors.find(({ line }) => line === 2)?.reason).to.contain('0000 to 9999');
  });

  it("create no patient for an encounter that is another patient's, and report it", async () => {
    const conditions = await imported(
      [
        CONDITIONS,
        '2018-12-23,,unheard-of,enc-1,5,Of another',
        '2018-12-23,,first,enc-shared,5,Mine',
        '2018-12-23,,second,enc-shared,5,Not mine',
      ],
      { source: 'e', createMissing: 'true' },
    );
    expect([conditions.rows['created'], conditions.alsoCreated]).to.deep.equal([1, { patients: 1, encounters: 1 }]);
    expect(conditions.errors.map(({ line, column, reason }) => [line, column, reason])).to.have.deep.members(
      [2, 4].map((line) => [line, 'ENCOUNTER', 'is an encounter of another patient']),
    );
    const encounters = await imported([ENCOUNTERS, encounterRow('enc-1', 'unheard-of')], {
      source: 'e',
      createMissing: 'true',
    });
    expect(encounters.errors.map(({ column, reason }) => [column, reason])).to.deep.equal([
      ['PATIENT', 'an encounter with this id is of another patient'],
    ]);
  });

  it('keep the counts of patients equal to their documents', async () => {
    for (const kind of ['studies', 'encounters', 'conditions']) {
      const wrong = await app.database
        .collection('patients')
        .aggregate([
          { $lookup: { from: kind, localField: '_id', foreignField: 'patient', as: 'of' } },
          { $match: { $expr: { $ne: [{ $size: '$of' }, `$counts.${kind}`] } } },
        ])
        .toArray();
      expect(wrong, kind).to.deep.equal([]);
    }
  });
});
