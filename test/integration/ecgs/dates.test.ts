/**
 * Dates of recordings in a zone with daylight saving time: interpreted as in the directory, wherever the date comes
 * from.
 */
import { expect } from 'chai';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { type Part, upload } from '../../support/multipart.ts';
import { made } from '../../unit/formats/edf/support.ts';

const SKIPPED = '2026-03-29T02:30:00';
const TWICE = '2026-10-25T02:30:00';
const edf = (startDate: string): Part => ({
  file: 'r.edf',
  bytes: made({ startDate, startTime: '02.30.00', signals: [{ label: 'II', records: [[1, -1]] }] }),
});
const hea = (date: string): Part[] => [
  { file: 'r.hea', bytes: Buffer.from(`r 1 100 2 02:30:00 ${date}\nr.dat 16 200 16 0 0 0 0 II\n`) },
  { file: 'r.dat', bytes: new Uint8Array(4) },
];

const json = (date?: string): object => ({
  ...(date && { date }),
  samplingRate: 100,
  leads: [{ name: 'II', signal: [1, -1] }],
});

describe("the date of a recording that the clinic's clocks skipped or showed twice", () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp({ clinicTimezone: 'Europe/Berlin' });
    token = app.clinician.token;
  });
  after(() => app.close());

  const post = (body: object, query = ''): Promise<Answer> => call(app, 'POST', `/ecgs${query}`, { token, body });
  const ways: [string, (date: string) => Promise<Answer>][] = [
    ['in JSON', (date) => post(json(date))],
    ['as a parameter', (date) => post(json(), `?date=${date}`)],
    ['as a form field', (date) => upload(app, token, [edf('01.01.26'), { field: 'date', value: date }])],
    ['in the header of an EDF file', (date) => upload(app, token, [edf(date === SKIPPED ? '29.03.26' : '25.10.26')])],
    ['in the header of a WFDB file', (date) => upload(app, token, hea(date === SKIPPED ? '29/03/2026' : '25/10/2026'))],
  ];
  for (const [where, send] of ways) {
    it(`is refused ${where}, with the reason and a way out, and nothing is kept`, async () => {
      for (const [date, why] of [
        [SKIPPED, 'clocks skipped in Europe/Berlin'],
        [TWICE, 'clocks repeated in Europe/Berlin'],
      ] as const) {
        const answer = await send(date);
        expect([answer.status, answer.json.code], answer.text).to.deep.equal([422, 'recording-invalid']);
        expect(answer.json.detail).to.include(date).and.include(why).and.include('with its offset');
      }
      expect(await ecgModel(app.database).countDocuments()).to.equal(0);
    });
  }

  it('is settled by an offset, and for a file by the date sent with it', async () => {
    const before = await post(json(`${TWICE}+02:00`));
    expect(before.json.date).to.equal('2026-10-25T00:30:00.000Z');
    const beside = await upload(app, token, [edf('29.03.26'), { field: 'date', value: '2026-03-29T03:30:00' }]);
    expect([beside.status, beside.json.date]).to.deep.equal([201, '2026-03-29T01:30:00.000Z']);
  });

  it('is refused as a bound of a list, too', async () => {
    const answer = await call(app, 'GET', `/ecgs?dateFrom=${SKIPPED}`, { token });
    expect([answer.status, answer.json.code]).to.deep.equal([400, 'invalid-query']);
    expect(answer.json.errors).to.deep.equal([
      { path: '/dateFrom', message: 'names a time that clocks skipped in Europe/Berlin' },
    ]);
  });
});
