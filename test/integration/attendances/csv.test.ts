/** Rows of a file become attendances, in one transaction per batch. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { type AttendanceRow, attendancesCsv } from '../../../src/attendances/csv.ts';
import { attendanceModel } from '../../../src/attendances/model.ts';
import type { Applied } from '../../../src/imports/kind.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';

type Cells = [id: string, client: string, technician: string, base: string, deadline: string, attendedAt: string];

describe('an import of attendances', () => {
  let app: TestApp;
  const reading = { dialect: 'attendances', source: 'csv', zone: new ClinicZone('UTC'), now: new Date() };
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const apply = async (...lines: Cells[]): Promise<Applied> => {
    const rows = lines.map(([id_atendimento, id_cliente, angel, polo, data_limite, data_de_atendimento], i) => {
      const { item } = attendancesCsv.read(
        { id_atendimento, id_cliente, angel, polo, data_limite, data_de_atendimento },
        reading,
      ) as { item: AttendanceRow };
      return { line: i + 2, item, digest: '', occurrence: 0 };
    });
    const session = await app.database.startSession();
    try {
      return await session.withTransaction(() =>
        attendancesCsv.apply(rows, {
          ...reading,
          database: app.database,
          session,
          importId: new Types.ObjectId(),
          userId: new Types.ObjectId(app.admin.id),
          createMissing: false,
        }),
      );
    } finally {
      await session.endSession();
    }
  };
  const list = async () =>
    (await call(app, 'GET', '/attendances?sort=externalId', { token: app.admin.token })).json.items;

  it('creates attendances and the names in them, each once', async () => {
    const applied = await apply(
      ['1', 'C', 'Ana', 'CE', '15/01/2026', '-'],
      ['2', ' c ', 'ANA', 'RN', '15/01/26', '2026-01-16 08:00:00'],
      ['3', 'D', 'ana', 'ce', '15 /01 /2026', '15/01/2026'],
    );
    expect(applied).to.deep.equal({
      results: ['created', 'created', 'created'],
      alsoCreated: { clients: 2, technicians: 1, bases: 2 },
    });
    expect(
      (await list()).map((one: Record<string, unknown>) => [
        one['externalId'],
        (one['client'] as { name: string }).name,
        one['onTime'],
        one['createdBy'],
        one['version'],
      ]),
    ).to.deep.equal([
      ['1', 'C', null, app.admin.id, 1],
      ['2', 'C', false, app.admin.id, 1],
      ['3', 'D', true, app.admin.id, 1],
    ]);
  });

  it('leaves equal attendances unchanged, in any notation, and updates the others', async () => {
    await apply(
      ['1', 'C', 'Ana', 'CE', '15/01/2026', '-'],
      ['2', 'C', 'Ana', 'CE', '15/01/2026 10:00', '15/01/2026 09:00'],
    );
    const before = await attendanceModel(app.database).find().lean();
    expect(
      await apply(
        ['1', 'c', 'ana ', 'ce', '2026-01-15', ''],
        ['2', 'C', 'Ana', 'CE', '15/012026 10:00', '2026-01-15 09:00:00'],
      ),
    ).to.deep.equal({ results: ['unchanged', 'unchanged'], alsoCreated: {} });
    expect(await attendanceModel(app.database).find().lean()).to.deep.equal(before);

    for (const change of [
      ['1', 'C', 'Ana', 'CE', '15/01/2026', '16/01/2026'],
      ['1', 'C', 'Ana', 'CE', '15/01/2026', '16/01/2026 00:00'],
      ['1', 'C', 'Rui', 'CE', '15/01/2026', '16/01/2026 00:00'],
      ['1', 'C', 'Rui', 'CE', '15/01/2026 23:59:59', ''],
    ] as Cells[]) {
      expect((await apply(change, change)).results).to.deep.equal(['updated', 'unchanged']);
    }
    const [one, two] = await list();
    expect(one).to.deep.include({ onTime: null, attendedAt: null, deadline: '2026-01-15T23:59:59.000Z', version: 5 });
    expect(two).to.include({ version: 1 });
  });

  it('records who changed an attendance and when, and keeps its creator', async () => {
    await apply(['1', 'C', 'Ana', 'CE', '15/01/2026', '-']);
    const made = { createdAt: new Date(0).toISOString(), createdBy: app.other.id };
    const by = new Types.ObjectId(app.other.id);
    const past = { createdAt: new Date(0), createdBy: by, updatedAt: new Date(0), updatedBy: by };
    await attendanceModel(app.database).collection.updateMany({}, { $set: past });
    await apply(['1', 'C', 'Ana', 'CE', '16/01/2026', '-']);
    const [changed] = await list();
    expect(changed).to.include({ ...made, updatedBy: app.admin.id });
    expect(changed.updatedAt > made.createdAt).to.equal(true);
  });

  it('uses the last of several rows for one attendance, for any division into batches', async () => {
    const rows: Cells[] = [
      ['1', 'C', 'Ana', 'CE', '15/01/2026', ''],
      ['1', 'C', 'Ana', 'CE', '16/01/2026', ''],
      ['1', 'C', 'Ana', 'CE', '16/01/2026', ''],
      ['1', 'C', 'Ana', 'CE', '17/01/2026', '17/01/2026'],
    ];
    expect((await apply(...rows)).results).to.deep.equal(['created', 'updated', 'unchanged', 'updated']);
    for (const row of rows.map(([, ...rest]): Cells => ['2', ...rest])) await apply(row);
    const [one, two] = await list();
    for (const key of ['deadline', 'attendedAt', 'onTime', 'version']) expect(two[key], key).to.equal(one[key]);
    expect(one).to.include({ version: 3, deadline: '2026-01-17' });
  });

  it('creates no name twice when requests and other imports run concurrently', async () => {
    const body = {
      externalId: 'x',
      client: { name: 'crowd' },
      technician: { name: 'crowd' },
      base: { name: 'crowd' },
      deadline: '2026-01-15',
    };
    const [posted] = await Promise.all([
      call(app, 'POST', '/attendances', { token: app.admin.token, body }),
      ...Array.from({ length: 6 }, (_, i) => apply([`p${i}`, 'Crowd', 'CROWD', ' crowd', '15/01/2026', ''])),
    ]);
    expect(posted.status).to.equal(201);
    for (const path of ['/clients', '/technicians', '/bases'])
      expect(
        (await call(app, 'GET', path, { token: app.admin.token })).json.items.map(
          ({ attendances }: { attendances: number }) => attendances,
        ),
      ).to.deep.equal([7]);
  });
});
