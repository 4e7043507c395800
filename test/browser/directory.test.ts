/** Patients and attendances in a browser: forms with messages at the field, conflicts, a lost line, filters, charts. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { made, somebody } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { expectAccessible, isTooWide, webTests } from '../support/web.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

describe('the directory in the web application', function () {
  const web = webTests(this);
  this.timeout(120_000);

  it('creates a patient, with the messages of the service at the fields', async () => {
    const page = await web.open('/patients', { as: web.test.clinician });
    await page.getByRole('button', { name: 'New patient' }).click();
    await page.getByLabel('First name').fill('Maria');
    await page.getByLabel('Last name').fill('Souza');
    await page.getByLabel('Date of birth').fill('2300-01-01');
    await page.getByLabel('Social security number').fill('12');
    await page.getByRole('button', { name: 'Create' }).click();
    await dialog(page).getByText('is not a social security number').waitFor();
    const born = page.getByLabel('Date of birth');
    expect(await born.getAttribute('aria-invalid')).to.equal('true');
    expect(await page.locator(':focus').getAttribute('id')).to.equal(await born.getAttribute('id'));
    await expectAccessible(page);

    await born.fill('1980-02-03');
    await page.getByLabel('Social security number').fill('219-09-9999');
    await dialog(page).getByLabel('City', { exact: true }).fill('Recife');
    await page.getByRole('button', { name: 'Create' }).click();
    await heading(page, 'Maria Souza').waitFor();
    const { json } = await call(web.test, 'GET', '/patients?q=souza', { token: web.test.admin.token });
    expect(json.items).to.have.length(1);
    expect(json.items[0]).to.deep.include({ birthDate: '1980-02-03', ssn: '219-09-9999' });
    expect(json.items[0].address.city).to.equal('Recife');
    await page.context().close();
  });

  it("shows somebody else's change, and keeps what was typed", async () => {
    const id = await made(web.test, '/patients', somebody({ firstName: 'Con', lastName: 'Flict' }));
    const page = await web.open(`/patients/${id}`, { as: web.test.clinician });
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Last name').fill('Mine');
    await page.getByLabel('Telephone').fill('+55 11 5555');
    const { token } = web.test.admin;
    await call(web.test, 'PATCH', `/patients/${id}`, { token, body: { lastName: 'Theirs', sex: 'female' } });
    await page.getByRole('button', { name: 'Save' }).click();

    const row = dialog(page).getByRole('row', { name: /Last name/ });
    await row.getByRole('cell', { name: 'Theirs' }).waitFor();
    expect(await page.getByLabel('Last name').inputValue()).to.equal('Mine');
    expect(await page.getByLabel('Sex').last().inputValue()).to.equal('female');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save mine' }).click();
    await heading(page, 'Con Mine').waitFor();
    const { json } = await call(web.test, 'GET', `/patients/${id}`, { token });
    expect(json).to.include({ lastName: 'Mine', sex: 'female', phone: '+55 11 5555' });
    await page.context().close();
  });

  it('keeps a form while the line is away and over a reload, and creates once', async () => {
    const page = await web.open('/patients', { as: web.test.clinician });
    await page.getByRole('button', { name: 'New patient' }).click();
    await page.getByLabel('First name').fill('Only');
    await page.getByLabel('Last name').fill('Once');
    await page.getByLabel('Date of birth').fill('1980-02-03');
    // The service creates the patient, but its answer is lost.
    let lost = 0;
    await page.route('**/api/v1/patients', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await page.getByRole('button', { name: 'Create' }).click();
    await dialog(page).getByText('The service cannot be reached').waitFor();
    expect(await page.getByLabel('Last name').inputValue()).to.equal('Once');
    await page.getByRole('button', { name: 'Create' }).click();
    await heading(page, 'Only Once').waitFor();
    const { json } = await call(web.test, 'GET', '/patients?q=once', { token: web.test.admin.token });
    expect(json.items).to.have.length(1);

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Last name').fill('Twice');
    await page.reload();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog(page).getByText('What you typed before is back').waitFor();
    expect(await page.getByLabel('Last name').inputValue()).to.equal('Twice');
    await page.getByRole('button', { name: 'Discard it' }).click();
    expect(await page.getByLabel('Last name').inputValue()).to.equal('Once');

    // Whoever logs out leaves nothing behind.
    await page.getByLabel('Last name').fill('Thrice');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('sessionStorage.length')).to.equal(1);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('input[type=password]').waitFor();
    expect(await page.evaluate('sessionStorage.length')).to.equal(0);
    await page.context().close();
  });

  it('creates, changes and deletes what belongs to a patient, and then the patient', async () => {
    const id = await made(web.test, '/patients', somebody({ firstName: 'Has', lastName: 'Children' }));
    const page = await web.open(`/patients/${id}`, { as: web.test.clinician });
    for (const [button, fill] of [
      ['New study', () => page.getByLabel('Part of the body').fill('CHEST')],
      ['New encounter', () => page.getByLabel('Start *', { exact: true }).fill('2026-01-15')],
      [
        'New condition',
        async () => {
          await page.getByLabel('Code (SNOMED CT)').fill('40055000');
          await page.getByLabel('Description').fill('Chronic sinusitis');
          await page.getByLabel('Diagnosed').fill('2019-04-16');
        },
      ],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      await fill();
      await page.getByRole('button', { name: 'Create' }).click();
      await dialog(page).waitFor({ state: 'detached' });
    }
    await page.getByRole('rowheader', { name: 'Chronic sinusitis' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Edit: ECG, CHEST' }).click();
    await page.getByLabel('Urgency').selectOption('HIGH');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'high' }).waitFor();
    await page.getByRole('button', { name: 'Delete: ECG, CHEST' }).click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No studies yet').waitFor();

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await heading(page, 'Patients').waitFor();
    const gone = await call(web.test, 'GET', `/patients/${id}`, { token: web.test.admin.token });
    expect(gone.status).to.equal(404);
    await page.context().close();
  });

  it('shows clinicians their own recordings of a patient, and administrators none', async () => {
    const patient = await made(web.test, '/patients', somebody({ firstName: 'Has', lastName: 'Traces' }));
    const leads = [{ name: 'ii', signal: [1, -1, 1, -1] }];
    const body = { date: '2026-01-15T09:30:00Z', samplingRate: 2, leads, patient };
    const { json } = await call(web.test, 'POST', '/ecgs', { token: web.test.clinician.token, body });
    for (const [who, count] of [
      [web.test.clinician, 1],
      [web.test.other, 0],
    ] as const) {
      const page = await web.open(`/patients/${patient}`, { as: who });
      const own = page.getByRole('region', { name: 'Your recordings' });
      await own.getByText(count === 0 ? 'You have no recordings' : '2 s').waitFor();
      expect(await own.locator(`a[href="/recordings/${json.id}"]`).count()).to.equal(count);
      expect(await own.getByText('II', { exact: true }).count()).to.equal(count);
      await page.context().close();
    }
    const page = await web.open(`/patients/${patient}`, { as: web.test.admin });
    await page.getByRole('region', { name: 'Conditions' }).waitFor();
    expect(await page.getByText(/recordings/i).count()).to.equal(0);
    await page.context().close();
  });

  it('stays where it is when a file is dropped on it', async () => {
    const page = await web.open('/patients', { as: web.test.clinician });
    const dropped = (type: string): Promise<boolean> =>
      page.evaluate<boolean>(`(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.edf'));
        const event = new DragEvent('${type}', { dataTransfer, bubbles: true, cancelable: true });
        document.querySelector('main').dispatchEvent(event);
        return event.defaultPrevented;
      })()`);
    await page.getByRole('searchbox').first().waitFor();
    expect(await dropped('dragover')).to.equal(true);
    expect(await dropped('drop')).to.equal(true);
    await page.context().close();
  });

  it('filters, sorts and pages with the state in the address', async () => {
    for (let i = 0; i < 60; i += 1)
      await made(
        web.test,
        '/patients',
        somebody({ firstName: 'Page', lastName: `Turner${String(i).padStart(2, '0')}` }),
      );
    const page = await web.open('/patients', { as: web.test.admin });
    await page.getByRole('searchbox').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('turner');
    await page.waitForURL('**/patients?q=turner');
    await page.getByText('60 entries').first().waitFor();
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await page.getByRole('row', { name: /Turner59/ }).waitFor();
    expect(new URL(page.url()).search).to.equal('?q=turner&sort=-name');
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('row', { name: /Turner00/ }).waitFor();
    await page.reload();
    await page.getByRole('row', { name: /Turner00/ }).waitFor();
    await page.goBack();
    await page.getByRole('row', { name: /Turner59/ }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    // The whole list with these filters, not the page.
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
    expect(lines).to.have.length(61);
    expect(lines[1]).to.include('Turner59');
    await page.getByLabel('Sex').selectOption('male');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText('60 entries').first().waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('creates attendances with new names, and shows the indicators as bars and tables', async () => {
    const page = await web.open('/attendances', { as: web.test.clinician });
    await page.getByRole('button', { name: 'New attendance' }).click();
    await page.getByLabel('Id *').fill('W-1');
    await page.getByLabel('Client *').fill('Market');
    await page.getByLabel('Technician *').fill('Ana');
    await page.getByLabel('Base *').fill('North');
    await page.getByLabel('Deadline *', { exact: true }).fill('2026-03-02');
    await page.getByLabel('Attended', { exact: true }).fill('2026-03-01');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Newly created: Client Market, Technician Ana, Base North.').waitFor();
    await page.getByRole('cell', { name: 'on time' }).waitFor();
    await expectAccessible(page);

    await page.goto('/indicators?from=2026-01-01&to=2026-12-31');
    const base = page.getByRole('region', { name: 'On time by base' });
    await base.getByRole('img').waitFor();
    await base.getByText('As a table').click();
    await base.getByRole('row', { name: /North 1 1 1 0 0 100 %/ }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('fits windows of all sizes, in both languages', async () => {
    const id = await made(web.test, '/patients', somebody());
    for (const [width, language] of [
      [360, 'pt'],
      [2560, 'en'],
    ] as const) {
      const page = await web.open('/patients', { as: web.test.clinician, width, language });
      for (const path of ['/patients', `/patients/${id}`, '/attendances', '/indicators', '/imports']) {
        await page.goto(path);
        await page.locator('h1').waitFor();
        await page.waitForLoadState('networkidle');
        expect(await isTooWide(page), `${path} at ${width}`).to.equal(false);
        await expectAccessible(page);
      }
      await page.context().close();
    }
  });
});
