/** The patient and the study of a recording in the viewer, and another ECG of the patient. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import type { Page } from 'playwright-core';
import { ecgModel } from '../../src/ecgs/store/model.ts';
import { made } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { ofViewer, show, until, uploadWave } from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

const RATE = 250;
/** A spike every second. @param shift makes other recordings of it */
const wave = (shift: number) => [
  { name: 'II', signal: Array.from({ length: RATE * 20 }, (_, i) => ((i + shift) % RATE === 100 ? 1_000 : 0)) },
];

describe('The patient of a recording in the viewer', function () {
  const web = webTests(this);
  let page: Page;
  let id: string;
  let shift = 0;

  before(async () => {
    page = await web.open('/recordings', { as: web.test.clinician });
  });
  beforeEach(async () => {
    shift += 1;
    id = await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads: wave(shift) });
    await show(page, id);
  });

  const panel = async (name: string): Promise<void> => page.getByRole('tab', { name }).click();
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const asked = async (method: string, path: string, body?: object) =>
    call(web.test, method, path, { token: web.test.clinician.token, ...(body ? { body } : {}) });

  it('attaches to a patient, shows another ECG of the patient beside at the same scale, and detaches', async () => {
    const { json: patient } = await asked('POST', '/patients', {
      firstName: 'Rosa',
      lastName: 'Lima',
      birthDate: '1970-01-02',
    });
    const other = await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads: wave(100 + shift) });
    await asked('PATCH', `/ecgs/${other}`, { patient: patient.id, date: '2020-05-01T10:00:00Z' });
    await panel('Details');
    await button('Attach to a patient').click();
    await page.getByRole('searchbox', { name: 'Patient' }).fill('Rosa');
    await page.getByLabel('Rosa Lima').check();
    await expectAccessible(page);
    await button('Attach').click();
    await page.getByRole('heading', { level: 1, name: 'Rosa Lima' }).waitFor();
    expect((await asked('GET', `/ecgs/${id}`)).json.patient).to.equal(patient.id);

    await page.getByRole('button', { name: 'Show beside' }).click();
    await page.getByRole('heading', { name: /For comparison: 1 May 2020/ }).waitFor();
    await page.locator('.beside canvas.ground').waitFor();
    expect(await ofViewer(page, `viewer.ecg.value.id`), 'the page is about the present one').to.equal(id);
    await expectAccessible(page);
    await page.getByLabel('Speed').selectOption('50');
    const second = page.locator('.beside .overlay');
    await until(page, `document.querySelector('.beside .overlay')?.ariaLabel?.includes('50 mm/s')`);
    expect(await second.getAttribute('aria-label')).to.include('at 50 mm/s');
    const before = await ofViewer<number>(page, 'viewer.view.value.from');
    const shown = await second.getAttribute('aria-label');
    await page.locator('.beside .stage').focus();
    await page.keyboard.press('PageDown');
    expect(await ofViewer(page, 'viewer.view.value.from'), 'the other one was moved').to.equal(before);
    await until(page, `document.querySelector('.beside .overlay')?.ariaLabel !== ${JSON.stringify(shown)}`);
    await page.getByRole('button', { name: 'Take away', exact: true }).first().click();
    await page.locator('.beside').waitFor({ state: 'detached' });

    await button('Detach').click();
    await page.getByText('Not attached to a patient.').waitFor();
    expect((await asked('GET', `/ecgs/${id}`)).json.patient).to.equal(null);
  });

  it('suggests the patient whom the file names, with the study of that day', async () => {
    const patient = await made(web.test, '/patients', {
      firstName: 'Ines',
      lastName: 'Castro',
      birthDate: '1950-06-07',
      identifiers: [{ system: 'hospital', value: 'MRN-77' }],
    });
    const study = await made(web.test, `/patients/${patient}/studies`, {
      urgencyLevel: 'LOW',
      type: 'ECG',
      performedAt: '2026-01-15T11:00:00Z',
    });
    await ecgModel(web.test.database).updateOne(
      { _id: new Types.ObjectId(id) },
      {
        $set: {
          date: new Date('2026-01-15T09:30:00Z'),
          subject: { patientId: 'MRN-77', patientName: null, birthDate: null, sex: null, studyId: null },
        },
      },
    );
    await show(page, id);
    await panel('Details');
    await button('Attach to a patient').click();
    await page.getByRole('group', { name: 'Suggested by the file' }).getByLabel('Ines Castro').check();
    await page.getByRole('combobox', { name: 'Study' }).waitFor();
    await button('Attach').click();
    await page.getByRole('heading', { level: 1, name: 'Ines Castro' }).waitFor();
    expect((await asked('GET', `/ecgs/${id}`)).json).to.include({ patient, study });
  });

  it('moves the recording to another patient only after it has named both', async () => {
    const [one, other] = [
      await made(web.test, '/patients', { firstName: 'Ines', lastName: 'Castro', birthDate: '1950-06-07' }),
      await made(web.test, '/patients', { firstName: 'Ines', lastName: 'Duarte', birthDate: '1951-06-07' }),
    ];
    await asked('PATCH', `/ecgs/${id}`, { patient: one });
    await show(page, id);
    await panel('Details');
    await button('Attach to another').click();
    await page.getByRole('searchbox', { name: 'Patient' }).fill('Duarte');
    await page.getByLabel('Ines Duarte').check();
    const both = 'belongs to Ines Castro (7 Jun 1950) and will be moved to Ines Duarte (7 Jun 1951).';
    await page.getByText(both).waitFor();
    await expectAccessible(page);
    await button('Move to this patient').click();
    await page.getByRole('heading', { level: 1, name: 'Ines Duarte' }).waitFor();
    expect((await asked('GET', `/ecgs/${id}`)).json.patient).to.equal(other);
  });
});
