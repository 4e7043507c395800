/** The answer to an upload is the first recording of the file, and names the others with their parts. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { dicomSending, jsonSending, send, signalsOf } from '../../support/sendings.ts';

const observation = (id: string, data: string, more: object = {}): object => ({
  resourceType: 'Observation',
  status: 'final',
  identifier: [{ value: id }],
  code: { text: 'II' },
  valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, dimensions: 1, data, ...more },
});

const bundle = (...resources: object[]): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

describe('the answer to an upload', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  beforeEach(async () => {
    ({ token } = await app.newUser('clinician'));
  });

  const post = (body: object) =>
    call(app, 'POST', '/ecgs', {
      token,
      raw: JSON.stringify(body),
      headers: { 'Content-Type': 'application/fhir+json' },
    });
  it('has no siblings if the file has one recording', async () => {
    const { status, json } = await send(app, token, jsonSending('alone', signalsOf(1, { I: 10 })));
    expect([status, json.siblings, json.part]).to.deep.equal([201, [], null]);
  });

  it('names the parts of the others, also if they are there already', async () => {
    const sending = await dicomSending('pair', signalsOf(2, { I: 300, II: 300 }));
    const { status, json, headers } = await send(app, token, sending);
    expect(status).to.equal(201);
    expect(json.siblings).to.have.length(1);
    const [sibling] = json.siblings as { id: string; part: string }[];
    expect(headers.get('location')).to.equal(`/api/v1/ecgs/${json.id}`);
    expect((await call(app, 'GET', `/ecgs/${sibling!.id}`, { token })).json).to.include({ part: sibling!.part });
    const again = await send(app, token, sending);
    expect([again.status, again.json.id, again.json.siblings]).to.deep.equal([200, json.id, json.siblings]);
  });

  it('names the parts of those that came before, if a recording comes again alone', async () => {
    const [one, two] = [observation('one', '1 2'), observation('two', '3 4')];
    const { json } = await post(bundle(one, two));
    const alone = await post(one);
    expect([alone.status, alone.json.id, alone.json.siblings]).to.deep.equal([200, json.id, json.siblings]);
    expect(json.siblings[0].part).to.be.a('string');
  });

  it('has the warnings of all of them, each once', async () => {
    const [first, second] = [observation('one', '1 2'), observation('two', '3 4', { origin: { value: 0 } })];
    const { status, json } = await post(bundle(first, second));
    expect(status).to.equal(201);
    expect(json.warnings).to.have.length(1);
    expect(json.warnings[0]).to.match(new RegExp(`^${json.siblings[0].part}: No unit of a physical quantity`));
  });
});
