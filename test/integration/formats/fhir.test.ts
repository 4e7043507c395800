/** FHIR observations over HTTP. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { caseFile } from '../../support/recordings.ts';
import { readEach } from '../../support/sendings.ts';

const observation = (data: string, members: object = {}): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ code: '131328' }] },
  ...members,
  component: [
    {
      code: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '131330' }] },
      valueSampledData: { origin: { value: -5.12, unit: 'mV' }, period: 2, factor: 0.005, dimensions: 1, data },
    },
  ],
});

describe('FHIR observations over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (document: object, type = 'application/fhir+json'): Promise<Answer> =>
    call(app, 'POST', '/ecgs', {
      token: app.clinician.token,
      raw: JSON.stringify(document),
      headers: { 'Content-Type': type },
    });

  it('become recordings whose crossings are counted about physical zero', async () => {
    const created = await send(
      observation('1000 1030 1020 E 1025 1000', {
        identifier: [{ value: 'fhir-1' }],
        effectiveDateTime: '2026-01-15T09:30:00+01:00',
      }),
    );
    expect(created.status, created.text).to.equal(201);
    expect(created.json).to.include({ format: 'fhir', externalId: 'fhir-1', date: '2026-01-15T08:30:00.000Z' });
    expect(created.json.channels[0]).to.include({
      name: 'II',
      lead: 'II',
      samplingRate: 500,
      gain: 200,
      zeroLevel: 1024,
      samples: 6,
      missing: 1,
    });
    expect(created.json.warnings).to.deep.equal([
      'Samples of "II" without a value were kept as missing: 1 in error (E).',
    ]);
    const { channels } = (await call(app, 'GET', `/ecgs/${created.json.id}/insights`, { token: app.clinician.token }))
      .json;
    expect(channels[0]).to.include({ zeroCrossings: 3 });
  });

  it('may come as plain JSON', async () => {
    const created = await send(observation('1 -1'), 'application/json');
    expect([created.status, created.json.format]).to.deep.equal([201, 'fhir']);
  });

  it('may have their resource type at the end', async function () {
    const raw = caseFile(this, 'fhir-sorted-keys.json').toString();
    const { token } = app.clinician;
    for (const type of ['application/fhir+json', 'application/json']) {
      const created = await call(app, 'POST', '/ecgs?duplicate=allow', {
        token,
        raw,
        headers: { 'Content-Type': type },
      });
      expect(created.status, created.text).to.equal(201);
      expect(created.json).to.include({ format: 'fhir', date: '2024-03-05T07:15:30.000Z' });
      expect(created.json.channels).to.have.length(1);
      expect(created.json.channels[0]).to.include({ name: 'I', samplingRate: 500, unit: 'mV', samples: 2500 });
      const { samples } = (await call(app, 'GET', `/ecgs/${created.json.id}/channels/I/samples`, { token })).json;
      expect(samples).to.deep.equal(Array.from({ length: 2500 }, (_, i) => i % 50));
    }
  });

  it('come back as one channel where a lead had several components', async () => {
    const { token } = app.clinician;
    const [component] = (observation('1 2 3') as { component: object[] }).component;
    const created = await send({ ...observation(''), component: [component, component, component] });
    expect(created.status, created.text).to.equal(201);
    expect(created.json.channels.map(({ samples }: { samples: number }) => samples)).to.deep.equal([9]);
    const { samples } = (await call(app, 'GET', `/ecgs/${created.json.id}/channels/II/samples`, { token })).json;
    expect(samples).to.deep.equal([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it('may come in a bundle', async () => {
    const created = await send({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: observation('1 2') }, { resource: observation('3') }],
    });
    expect(created.status, created.text).to.equal(201);
    expect(
      (await readEach(app, app.clinician.token, created)).map(
        (item: { channels: { samples: number }[] }) => item.channels[0]!.samples,
      ),
    ).to.deep.equal([2, 1]);
  });

  it('are refused if they are inconsistent', async () => {
    const refused = await send({ resourceType: 'Patient' });
    expect([refused.status, refused.text.includes('not \\"Patient\\"')]).to.deep.equal([422, true]);
  });
});
