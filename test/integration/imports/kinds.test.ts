/** Every kind of import reads and writes in the transaction that it is given, and creates complete documents. */
import { expect } from 'chai';
import { type ClientSession, Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { attendancesCsv } from '../../../src/attendances/csv.ts';
import { conditionsCsv } from '../../../src/directory/conditions/csv.ts';
import { encountersCsv } from '../../../src/directory/encounters/csv.ts';
import { patientsCsv } from '../../../src/directory/patients/csv.ts';
import { studiesCsv } from '../../../src/directory/studies/csv.ts';
import type { Applied, ImportKind, ReadRow, Row } from '../../../src/imports/kind.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';

/** A kind, two of its rows, and the first row with a change. */
interface Example {
  kind: ImportKind;
  dialect: string;
  rows: Row[];
  /** Null if rows have no identifier: a changed row is then another row. */
  changed: Row | null;
  /** The collection of its documents. */
  collection: string;
}

const cells = (header: string, row: string): Row => {
  const values = row.split(',');
  return Object.fromEntries(header.split(',').map((column, i) => [column, values[i] ?? '']));
};
const PATIENT = 'first_name,last_name,birth_date,email,id';
const STUDY = 'urgency_level,body_part,description,type,patient_id';
const ENCOUNTER =
  'Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,' +
  'BASE_ENCOUNTER_COST,TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION';
const CONDITION = 'START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION';
const ATTENDANCE = 'id_atendimento,id_cliente,angel,polo,data_limite,data_de_atendimento';
const encounter = (id: string, cost: number): Row =>
  cells(ENCOUNTER, `${id},2018-12-23T11:59:14Z,,p-${id},o,p,y,outpatient,185349003,Check,${cost},2,3,,`);

const EXAMPLES: readonly Example[] = [
  {
    kind: patientsCsv,
    dialect: 'plain',
    collection: 'patients',
    rows: [cells(PATIENT, 'Ana,Lima,1990-02-03,,1'), cells(PATIENT, 'Rui,Lima,1991-02-03,,2')],
    changed: cells(PATIENT, 'Ana,Souza,1990-02-03,,1'),
  },
  {
    kind: studiesCsv,
    dialect: 'plain',
    collection: 'studies',
    changed: null,
    rows: [cells(STUDY, 'HIGH,CHEST,Pain,XRAY,1'), cells(STUDY, 'LOW,CHEST,Pain,XRAY,9')],
  },
  {
    kind: encountersCsv,
    dialect: 'synthea',
    collection: 'encounters',
    rows: [encounter('e1', 1), encounter('e2', 1)],
    changed: encounter('e1', 7),
  },
  {
    kind: conditionsCsv,
    dialect: 'synthea',
    collection: 'conditions',
    rows: [cells(CONDITION, '2019-04-16,,1,e7,J32,Sinusitis'), cells(CONDITION, '2019-04-16,,8,e8,I10,Hypertension')],
    changed: cells(CONDITION, '2019-04-16,,1,e7,J32,Chronic sinusitis'),
  },
  {
    kind: attendancesCsv,
    dialect: 'attendances',
    collection: 'attendances',
    rows: [cells(ATTENDANCE, '1,C,Ana,CE,15/01/2026,-'), cells(ATTENDANCE, '2,D,Rui,RN,16/01/2026,-')],
    changed: cells(ATTENDANCE, '1,C,Bea,CE,15/01/2026,-'),
  },
] as Example[];

describe('a kind of import', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const everything = async (): Promise<unknown> => {
    const found: Record<string, unknown> = {};
    for (const { name } of await app.database.listCollections()) {
      found[name] = await app.database.collection(name).find().sort({ _id: 1 }).toArray();
    }
    return JSON.parse(JSON.stringify(found));
  };
  const apply = async ({ kind, dialect }: Example, given: Row[], session: ClientSession): Promise<Applied> => {
    const reading = { dialect, source: 'csv', zone: new ClinicZone('UTC'), now: new Date() };
    const rows = given.map((row, i): ReadRow<unknown> => {
      const read = kind.read(row, reading);
      if ('errors' in read) throw new Error(JSON.stringify(read.errors));
      return { line: i + 2, item: read.item, digest: `digest ${i}`, occurrence: 0 };
    });
    const userId = new Types.ObjectId(app.admin.id);
    const context = { ...reading, database: app.database, session, importId: new Types.ObjectId(), userId };
    return kind.apply(rows, { ...context, createMissing: true });
  };
  const inSession = async (work: (session: ClientSession) => Promise<void>): Promise<void> => {
    const session = await app.database.startSession();
    try {
      session.startTransaction({ readConcern: { level: 'snapshot' } });
      await work(session);
    } finally {
      await session.endSession();
    }
  };

  for (const example of EXAMPLES) {
    const {
      kind: { name },
      rows,
      changed,
      collection,
    } = example;

    it(`sees what its own transaction has written, and leaves nothing when that is rolled back: ${name}`, async () => {
      const before = await everything();
      await inSession(async (session) => {
        expect((await apply(example, rows, session)).results).to.deep.equal(['created', 'created']);
        const { results, alsoCreated = {} } = await apply(example, rows, session);
        expect([results, alsoCreated]).to.deep.equal([['unchanged', 'unchanged'], {}]);
        if (changed) expect((await apply(example, [changed], session)).results).to.deep.equal(['updated']);
        await session.abortTransaction();
      });
      expect(await everything()).to.deep.equal(before);
    });

    it(`creates documents with all the fields of those created over HTTP: ${name}`, async () => {
      const patient = await made(app, '/patients', somebody());
      await made(app, `/patients/${patient}/studies`, aStudy());
      await made(app, `/patients/${patient}/encounters`, { start: '2026-01-15T09:30:00Z' });
      const condition = { code: 'J32', description: 'Sinusitis', start: '2019-04-16' };
      await made(app, `/patients/${patient}/conditions`, condition);
      const whom = { client: { name: 'a' }, technician: { name: 'b' }, base: { name: 'c' } };
      await made(app, '/attendances', { externalId: 'x', deadline: '2026-01-15', ...whom });
      const documents = app.database.collection(collection);
      const [overHttp] = await documents.find().toArray();
      await inSession(async (session) => {
        await apply(example, rows, session);
        await session.commitTransaction();
      });
      const imported = await documents.find({ _id: { $ne: overHttp!._id } }).toArray();
      expect(imported).to.have.length(2);
      // Only imports set the key of rows without an identifier.
      const fields = Object.keys(overHttp!).filter((key) => key !== 'importKey');
      for (const one of imported) expect(Object.keys(one)).to.include.members(fields);
    });
  }
});
