/** Reads the rows of a file of attendances. */
import { expect } from 'chai';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { type AttendanceRow, attendancesCsv } from '../../../src/attendances/csv.ts';
import type { RowError } from '../../../src/imports/kind.ts';

const context = { dialect: 'attendances', source: 'csv', zone: new ClinicZone('America/Fortaleza'), now: new Date() };
const row = (more: Record<string, string> = {}) => ({
  id_atendimento: '1',
  id_cliente: 'C',
  angel: 'T',
  polo: 'CE - JUAZEIRO DO NORTE',
  data_limite: '15/01/2026',
  data_de_atendimento: '14/01/2026 10:00',
  ...more,
});
const read = (more?: Record<string, string>) =>
  attendancesCsv.read(row(more), context) as { item?: AttendanceRow; errors?: RowError[] };

describe('a row of a file of attendances', () => {
  it("is an attendance in the clinic's time zone, with tidied names", () => {
    expect(read({ id_cliente: ' A\r\nB ' }).item).to.deep.equal({
      externalId: '1',
      client: 'A B',
      technician: 'T',
      base: 'CE - JUAZEIRO DO NORTE',
      deadline: { at: new Date('2026-01-16T02:59:59.999Z'), date: '2026-01-15' },
      attendedAt: { at: new Date('2026-01-14T13:00:00Z'), date: null },
    });
  });

  for (const nothing of ['', '-', ' - '])
    it(`with ${JSON.stringify(nothing)} is not attended`, () =>
      expect(read({ data_de_atendimento: nothing }).item?.attendedAt).to.equal(null));

  it('reports all of its errors at once, and quotes nothing in the reasons', () => {
    const wrong = {
      id_atendimento: ' ',
      id_cliente: 'x'.repeat(201),
      angel: '',
      polo: 'a\u0000',
      data_limite: '-',
      data_de_atendimento: '31/02/2026',
    };
    const { errors = [] } = read(wrong);
    expect(errors.map(({ column }) => column)).to.have.members(Object.keys(wrong));
    for (const { column, value, reason } of errors) {
      expect(value).to.equal(wrong[column as keyof typeof wrong]);
      expect(reason).not.to.contain('31/02');
    }
  });

  it('is refused if a date is ambiguous or too long', () => {
    for (const data_limite of ['', '01/02/99', `15/01/2026${' '.repeat(100)}`, 'amanha'])
      expect(read({ data_limite }).errors).to.have.length(1);
  });
});
