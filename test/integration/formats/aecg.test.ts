/** Annotated ECGs over HTTP. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { readEach } from '../../support/sendings.ts';
import { absolute, aecgText, lead, series, set, WHOLE } from '../../unit/formats/aecg/documents.ts';

describe('Annotated ECGs over HTTP', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  const send = (text: string): Promise<Answer> =>
    call(app, 'POST', '/ecgs', {
      token: app.clinician.token,
      raw: text,
      headers: { 'Content-Type': 'application/xml' },
    });
  const get = async (path: string) => (await call(app, 'GET', path, { token: app.clinician.token })).json;

  it('become a recording for the rhythm and one for the derived beat', async () => {
    const created = await send(WHOLE);
    expect(created.status, created.text).to.equal(201);
    const [rhythm, beat] = await readEach(app, app.clinician.token, created);
    expect(rhythm).to.include({ format: 'aecg', externalId: '61d1a24f-b47e-41aa-ae95-f8ac302f4eeb' });
    expect(rhythm.channels[0]).to.include({ name: 'I', samplingRate: 500, unit: 'uV', gain: 0.2, samples: 5 });
    expect(beat.channels[0]).to.include({ name: 'I', samplingRate: 1000, samples: 2 });
    expect((await get(`/ecgs/${rhythm.id}/insights`)).channels[0]).to.include({ zeroCrossings: 2 });
    expect(
      (await get(`/ecgs/${rhythm.id}/annotations`)).items.map(({ code }: { code: string }) => code),
    ).to.have.members(['MDC_ECG_RHYTHM', 'MDC_ECG_TIME_PD_QT', 'MDC_ECG_BEAT_NORMAL']);
  });

  it('are refused with a document type, and if they are inconsistent', async () => {
    const text = aecgText(series(set(absolute(), lead({ code: 'MDC_ECG_LEAD_I', digits: '1 2' }))));
    expect(
      (await send(text.replace('<AnnotatedECG', '<!DOCTYPE AnnotatedECG [<!ENTITY x "y">]><AnnotatedECG'))).status,
    ).to.equal(400);
    expect((await send(text.replace('scale value="5"', 'scale value="0"'))).status).to.equal(422);
    expect((await send(text.replace('61d1a24f', '71d1a24f'))).status).to.equal(201);
  });
});
