/** Imports of files as spreadsheets and current tools write them: those in CASES_DIR, and others of their kinds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { counts, imported, type Sent } from '../../support/imports.ts';
import { casesDir } from '../../support/recordings.ts';

const PATIENT = 'd12cae90-54b6-a5b1-4481-b49ae3b31001';
const ENCOUNTER = 'd12cae90-54b6-a5b1-4481-b49ae3b32001';
const ENCOUNTERS =
  'Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST,' +
  'TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION';
const PLAIN = 'id,first_name,last_name,birth_date,email';
const CONDITIONS = 'START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION';
const ATTENDANCES = 'id_atendimento;id_cliente;angel;polo;data_limite;data_de_atendimento';

const encounter = (id: string, start: string, code = '185349003'): string =>
  `${ENCOUNTERS}\n${id},${start},,${PATIENT},o,p,y,outpatient,${code},Check up,85.55,652.95,522.36,,\n`;

describe('files as spreadsheets and current tools write them', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp({}, { importTiming: { leaseMs: 3_000, pollMs: 20 } });
    app.app.importWorker.start();
    await sound(`${PLAIN}\n${PATIENT},Ana,Bernal,1984-12-30,\n`);
    await sound(encounter(ENCOUNTER, '2011-06-20T08:00:00Z'));
  });
  after(async () => app.close());

  const get = async (path: string) => (await call(app, 'GET', path, { token: app.clinician.token })).json;
  /** The import, and its errors as `line column reason`. */
  async function of(file: Sent, fields?: Record<string, string>) {
    const job = await imported(app, app.clinician, file, fields);
    const { items } = await get(`/imports/${job.id}/errors`);
    const errors = items.map(
      ({ line, column, reason }: Record<string, string | number>) => `${line} ${column} ${reason}`,
    );
    return { ...job, errors } as Record<string, unknown> & { errors: string[]; rows: Record<string, number> };
  }
  async function sound(file: Sent, fields?: Record<string, string>) {
    const job = await of(file, fields);
    expect(job, JSON.stringify(job)).to.deep.include({ state: 'completed', errors: [] });
    return job;
  }
  const birthOf = async (id: string) => (await get(`/patients?q=${id}`)).items[0].birthDate;

  describe('in the folder of cases', function () {
    const folder = casesDir();
    before(function () {
      if (folder === null) this.skip();
    });
    const file = (name: string) => new Uint8Array(readFileSync(join(folder ?? '', name)));

    it("of conditions may have Synthea's column SYSTEM, which is passed over with a warning", async () => {
      const job = await sound(file('synthea-conditions-system.csv'));
      expect(job).to.deep.include({ kind: 'conditions', rows: counts(2, 1, 0, 1, 0) });
      expect(job['warnings']).to.deep.equal(['These columns are not known and were passed over: SYSTEM.']);
    });

    it('of conditions may have columns for ICD-10, which are passed over with a warning', async () => {
      const job = await sound(file('synthea-conditions-icd10.csv'));
      expect(job.rows['total']).to.equal(1);
      expect(job['warnings']).to.deep.equal([
        'These columns are not known and were passed over: ICD10_CODE, ICD10_DESCRIPTION.',
      ]);
    });

    it('of patients may have 30/12/1984; other orders are refused for what they are', async () => {
      const job = await of(file('synthea-patients-dmy.csv'));
      expect(job.rows).to.deep.equal(counts(3, 1, 0, 0, 2));
      expect(await birthOf('d12cae90-54b6-a5b1-4481-b49ae3b31008')).to.equal('1984-12-30');
      expect(job.errors).to.deep.equal([
        '3 BIRTHDATE has the month before the day: write it as 1984-12-30',
        '4 BIRTHDATE may mean either of two days, since day or month may come first: write it as 1984-12-30',
      ]);
    });

    it('of attendances may have blanks for underscores, and capitals, in the header', async () => {
      expect((await sound(file('attendances-header-blanks.csv'))).rows).to.deep.equal(counts(1, 1, 0, 0, 0));
    });

    it('of attendances may have rows of delimiters only', async () => {
      expect((await sound(file('attendances-empty-rows.csv'))).rows).to.deep.equal(counts(1, 1, 0, 0, 0));
    });
  });

  describe('dates', () => {
    it('of patients are read where only one reading is possible, in both forms of the file', async () => {
      await sound(`${PLAIN}\nd-1,Ana,A,30.12.1984,\nd-2,Bea,B,05/05/1984,\nd-3,Cy,C,13-1-1984,\n`);
      expect(await birthOf('d-1')).to.equal('1984-12-30');
      expect(await birthOf('d-2')).to.equal('1984-05-05');
      expect(await birthOf('d-3')).to.equal('1984-01-13');
    });

    it('of patients are refused with a true reason otherwise', async () => {
      const { errors } = await of(`${PLAIN}\ne-1,Ana,A,31/02/1984,\ne-2,Bea,B,30/12/84,\ne-3,Cy,C,1.24E+14,\n`);
      expect(errors).to.deep.equal([
        '2 birth_date names a day that does not exist',
        '3 birth_date needs a year of four digits: write it as 1984-12-30',
        '4 birth_date is a long number in exponent form, so digits are lost: take it from the original file',
      ]);
    });

    it('of encounters may have a time', async () => {
      await sound(encounter('e-dmy', '30/12/2011 14:30'));
      const [{ id }] = (await get(`/patients?q=${PATIENT}`)).items;
      const { items } = await get(`/patients/${id}/encounters`);
      expect(items.map(({ start }: { start: string }) => start)).to.include('2011-12-30T14:30:00.000Z');
      expect((await of(encounter('e-amb', '03/04/2011 14:30'))).errors).to.deep.equal([
        '2 START may mean either of two days, since day or month may come first: write it as 1984-12-30',
      ]);
    });

    it('of conditions likewise', async () => {
      await sound(`${CONDITIONS}\n30/12/2011,31/12/2011,${PATIENT},${ENCOUNTER},1,Cold\n`);
      expect((await of(`${CONDITIONS}\n2011-12-30,03/04/2012,${PATIENT},${ENCOUNTER},2,Flu\n`)).errors).to.deep.equal([
        '2 STOP may mean either of two days, since day or month may come first: write it as 1984-12-30',
      ]);
    });

    it('of attendances with the month first are refused as such', async () => {
      const { errors } = await of(`${ATTENDANCES}\n21;10;Ana;Polo;12/30/2026;-\n`);
      expect(errors).to.deep.equal([
        '2 data_limite has the month before the day: write it as 15/01/2026 or 2026-01-15',
      ]);
    });
  });

  describe('identifiers and codes in exponent form', () => {
    const reason = 'is a long number in exponent form, so digits are lost: take it from the original file';

    it('are refused in every kind', async () => {
      for (const [file, columns] of [
        [`${CONDITIONS}\n2011-06-20,,${PATIENT},${ENCOUNTER},1.24E+14,Cold\n`, ['CODE']],
        [encounter('1E+20', '2011-06-20', '"1,24E+14"'), ['Id', 'CODE']],
        [`${PLAIN}\n1.24e+14,Ana,A,1984-12-30,\n`, ['id']],
        ['urgency_level,body_part,description,type,patient_id\nHIGH,arm,x,CT,1.24E+14\n', ['patient_id']],
        [`${ATTENDANCES}\n1,24E+14;1.2E+10;Ana;Polo;31/03/2026;-\n`, ['id_atendimento', 'id_cliente']],
      ] as const) {
        const { errors } = await of(file);
        expect(errors).to.deep.equal(columns.map((column) => `2 ${column} ${reason}`));
      }
    });

    it('are refused in the other forms in which spreadsheets show them, or show no value at all', async () => {
      const shown = 'is what a spreadsheet shows instead of a value: take it from the original file';
      const ids = ['124E+12', '+1.24E+14', '1E+6', '########', '#REF!', '#N/A', '#NV', '#VALOR!'];
      const { errors } = await of(`${PLAIN}\n${ids.map((id) => `${id},Ana,A,1984-12-30,\n`).join('')}`);
      expect(errors).to.deep.equal(ids.map((_, i) => `${i + 2} id ${i < 3 ? reason : shown}`));
      const attendance = await of(`${ATTENDANCES}\n61;10;Ana;########;31/03/2026;-\n`);
      expect(attendance.errors).to.deep.equal([`2 polo ${shown}`]);
    });

    it('are read where a formula protects them as a text', async () => {
      await sound(`${PLAIN}\n="00123",Ana,A,="1984-12-30",\n"=""00124""",Bea,B,1985-12-30,\n`);
      expect(await birthOf('00123')).to.equal('1984-12-30');
      expect(await birthOf('00124')).to.equal('1985-12-30');
    });

    it('are read in columns of amounts, where they are numbers', async () => {
      const file = encounter('amounts', '2011-06-20T08:00:00Z').replace('652.95', '6.5295E+02');
      expect((await sound(file)).rows).to.include({ created: 1 });
    });
  });

  describe('the lines above the rows', () => {
    it('may name the delimiter, as for Excel', async () => {
      for (const [i, line] of ['sep=;', '\uFEFFsep=;', '"SEP=;"', 'sep=;;;;;;'].entries()) {
        const job = await sound(`${line}\r\n${ATTENDANCES}\r\n${30 + i};10;Ana;Polo;31/03/2026;-\r\n`);
        expect(job.rows, line).to.deep.equal(counts(1, 1, 0, 0, 0));
      }
    });

    it('may not name a delimiter that is not known', async () => {
      expect(await of(`sep=|\n${ATTENDANCES.replaceAll(';', '|')}\n`)).to.deep.include({
        state: 'failed',
        failure: 'The first line names a delimiter that is not comma, semicolon or tab.',
      });
    });

    it('count for the line numbers of errors', async () => {
      const { errors } = await of(`sep=;\n;;;;;\n${ATTENDANCES}\n;;;;;\n41;10;;Polo;31/03/2026;-\n`);
      expect(errors).to.deep.equal(['5 angel must not be empty']);
    });
  });

  it('may have empty cells after every row, whose columns without a name are passed over', async () => {
    const job = await sound(`${ATTENDANCES};;\n51;10;Ana;Polo;31/03/2026;-;;\n;;;;;;;\n`);
    expect(job.rows).to.deep.equal(counts(1, 1, 0, 0, 0));
    expect(job['warnings']).to.deep.equal(['These columns are not known and were passed over: (empty).']);
  });

  it('of studies are known again, although a column that is passed over was added', async () => {
    const header = 'urgency_level,body_part,description,type,patient_id';
    await sound(`${header}\nHIGH,arm,x,CT,${PATIENT}\n`);
    const job = await sound(`${header},note\nHIGH,arm,x,CT,${PATIENT},seen\n`);
    expect(job.rows).to.deep.equal(counts(1, 0, 0, 1, 0));
  });

  it('show their warnings without the names of columns to others', async () => {
    const job = await sound(`${PLAIN},secret\nw-1,Ana,A,1984-12-30,,x\n`);
    const { json } = await call(app, 'GET', `/imports/${String(job['id'])}`, { token: app.admin.token });
    expect(json.warnings).to.deep.equal(['These columns are not known and were passed over.']);
  });
});
