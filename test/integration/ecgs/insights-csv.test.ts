/** `GET /ecgs/{id}/insights` as CSV has the same content as in JSON. */
import { expect } from 'chai';
import { CellParser } from '../../../src/imports/cells.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';

const COLUMNS = [
  'name',
  'lead',
  'samples',
  'missing',
  'duration',
  'zeroCrossings',
  'crossingsPerSecond',
  'minimum',
  'maximum',
  'mean',
  'standardDeviation',
  'unit',
  'calibrated',
  'samplingRate',
  'from',
  'to',
  'deadBand',
  'gaps',
];
const RECORDING = {
  samplingRate: 4,
  unit: 'mV',
  gain: 10,
  leads: [
    { name: 'II', signal: [1, -1, 20, -20, null, 5, -5, 4] },
    { name: '=1+1, "X"', signal: [-3, 3, -3, 3, -3, 3, -3, 3] },
    { name: 'V1', signal: [null, null, null, null, null, null, null, null] },
  ],
};

/** The cells of every line. */
const cells = (text: string): Promise<string[][]> => new CellParser(',').parse(text.trimEnd().split('\r\n'));

describe('GET /ecgs/{id}/insights as CSV', () => {
  let app: TestApp;
  let id: string;

  before(async () => {
    app = await startTestApp();
    id = (await call(app, 'POST', '/ecgs', { token: app.clinician.token, body: RECORDING })).json.id;
  });
  after(() => app.close());

  const get = (query: string, accept: string): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/insights${query}`, { token: app.clinician.token, accept });

  const QUERIES = [
    '',
    '?from=0.5',
    '?from=0.5&to=1.5',
    '?deadBand=0.45',
    '?gaps=bridge',
    '?channels=V1,II',
    '?to=2&deadBand=1&gaps=bridge',
  ];
  for (const query of QUERIES) {
    it(`has with "${query}" the content of the JSON, and the query itself`, async () => {
      const { json } = await get(query, 'application/json');
      const [names, ...lines] = await cells((await get(query, 'text/csv')).text);
      expect(names).to.deep.equal(COLUMNS);
      const {
        window,
        definition: { deadBand, gaps },
      } = json;
      const asked = { from: window?.from ?? null, to: window?.to ?? null, deadBand, gaps };
      expect(lines).to.deep.equal(
        json.channels.map((channel: Record<string, unknown>) =>
          COLUMNS.map((column) => String({ ...channel, ...asked }[column] ?? '').replace(/^=/, "'=")),
        ),
      );
    });
  }

  it('is an attachment for spreadsheets, with lines according to RFC 4180', async () => {
    const { status, text, headers } = await get('?to=1', 'text/csv');
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.equal('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).to.equal(`attachment; filename="insights-${id}.csv"`);
    expect(headers.get('vary')).to.match(/accept/i);
    expect(text).to.equal(
      [
        COLUMNS.join(),
        'II,II,4,0,1,3,3,-2,2,0,1.4159802258506295,mV,true,4,0,1,0,break',
        `"'=1+1, ""X""",,4,0,1,3,3,-0.3,0.3,0,0.3,mV,true,4,0,1,0,break`,
        'V1,V1,4,4,1,0,0,,,,,mV,true,4,0,1,0,break',
        '',
      ].join('\r\n'),
    );
  });

  it('is not sent to clients that ask for JSON, or for anything', async () => {
    for (const accept of ['application/json', '*/*', 'text/csv;q=0.5, application/json']) {
      expect((await get('', accept)).json.channels, accept).to.have.length(3);
    }
    expect((await get('', 'image/png')).json).to.include({ status: 406, code: 'not-acceptable' });
  });

  it('is refused for the same reasons', async () => {
    expect((await get('?from=2&to=1', 'text/csv')).json).to.include({ status: 400, code: 'invalid-query' });
    const answer = await call(app, 'GET', `/ecgs/${id}/insights`, { token: app.other.token, accept: 'text/csv' });
    expect(answer.json).to.include({ status: 404, code: 'not-found' });
  });
});
