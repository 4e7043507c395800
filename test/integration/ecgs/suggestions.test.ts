/** `GET /ecgs/{id}/suggestions`: patients that a recording may belong to. */
import { expect } from 'chai';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made } from '../../support/directory.ts';
import { call } from '../../support/http.ts';

describe('GET /ecgs/{id}/suggestions', () => {
  let app: TestApp;
  let token: string;
  let patient: string;
  let study: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    patient = await made(app, '/patients', {
      firstName: 'Terrilyn',
      lastName: 'Ratke',
      birthDate: '1944-04-23',
      identifiers: [{ system: 'hospital', value: 'MRN-0077' }],
    });
    await made(app, '/patients', { firstName: 'Terrilyn', lastName: 'Ratke', birthDate: '1950-01-01' });
    study = await made(app, `/patients/${patient}/studies`, {
      urgencyLevel: 'LOW',
      type: 'ECG',
      performedAt: '2026-01-15T11:00:00Z',
    });
    await made(app, `/patients/${patient}/studies`, {
      urgencyLevel: 'LOW',
      type: 'ECG',
      performedAt: '2026-01-17T11:00:00Z',
    });
  });
  after(() => app.close());

  /** A recording whose file has these data of its patient. */
  async function recorded(subject: object | null): Promise<string> {
    const { json } = await call(app, 'POST', '/ecgs?duplicate=allow', {
      token,
      body: { date: '2026-01-15T09:30:00Z', leads: [{ name: 'I', signal: [1] }] },
    });
    const said = subject && {
      patientId: null,
      patientName: null,
      birthDate: null,
      sex: null,
      studyId: null,
      ...subject,
    };
    await ecgModel(app.database).updateOne(
      { externalId: null, createdAt: new Date(json.createdAt) },
      { $set: { subject: said } },
    );
    return json.id;
  }
  const suggested = async (subject: object | null): Promise<[string, string[], string[]][]> => {
    const { json } = await call(app, 'GET', `/ecgs/${await recorded(subject)}/suggestions`, { token });
    return json.items.map((item: { patient: { id: string }; reasons: string[]; studies: string[] }) => [
      item.patient.id,
      item.reasons,
      item.studies,
    ]);
  };

  it('finds the patient with the identifier, with the studies of that day', async () =>
    expect(await suggested({ patientId: 'mrn 0077' })).to.deep.equal([[patient, ['identifier'], [study]]]));

  it('finds the patient with the name and the birth date', async () => {
    expect(await suggested({ patientName: 'RATKE Terrilyn', birthDate: '1944-04-23' })).to.deep.equal([
      [patient, ['name-and-birth-date'], [study]],
    ]);
    expect(
      await suggested({ patientId: 'MRN-0077', patientName: 'Terrilyn Ratke', birthDate: '1944-04-23' }),
    ).to.deep.equal([[patient, ['identifier', 'name-and-birth-date'], [study]]]);
  });

  it('suggests nobody for a name only, and nobody if the file says nothing', async () => {
    for (const subject of [
      null,
      {},
      { patientName: 'Terrilyn Ratke' },
      { patientId: 'MRN-78' },
      { patientId: '---' },
      { patientName: 'Ratke', birthDate: '1944-04-24' },
    ])
      expect(await suggested(subject)).to.deep.equal([]);
  });

  it('leaves the recording unchanged', async () => {
    const id = await recorded({ patientId: 'MRN-0077' });
    await call(app, 'GET', `/ecgs/${id}/suggestions`, { token });
    expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json.patient).to.equal(null);
  });
});
