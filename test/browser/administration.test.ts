/** Imports, users and the system page in a browser, and what the other role does not see. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { expectAccessible, isTooWide, logInOn, webTests } from '../support/web.ts';
import { call } from '../support/http.ts';

const CSV = [
  'id_atendimento;id_cliente;angel;polo;data_limite;data_de_atendimento',
  'I-1;Market;Ana;North;2026-02-03;-',
  'I-2;;Ana;North;2026-02-03;-',
  'I-3;Market;Ana;North;2026-02-30;-',
].join('\n');

const dialog = (page: Page) => page.getByRole('dialog');
const menu = (page: Page) => page.getByRole('navigation', { name: 'Main menu' });

describe('imports and administration in the web application', function () {
  const web = webTests(this, { mongodbUri: 'mongodb://not.used' }, { importTiming: { leaseMs: 3_000, pollMs: 50 } });
  this.timeout(120_000);
  before(() => web.test.app.importWorker.start());

  it('imports a CSV file, and shows the rows that failed with their lines', async () => {
    const page = await web.open('/imports', { as: web.test.clinician });
    await page.getByText('Nothing has been imported yet.').waitFor();
    await expectAccessible(page);
    await page.setInputFiles('input[type=file]', {
      name: 'visits.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(CSV),
    });
    await page.getByRole('heading', { level: 1, name: 'visits.csv completed with errors' }).waitFor();
    const failed = page.getByRole('region', { name: 'Rows that failed' });
    await failed.getByRole('row', { name: /3 id_cliente.*must not be empty/ }).waitFor();
    await failed.getByRole('row', { name: /4 data_limite 2026-02-30/ }).waitFor();
    expect(await page.locator('.figures').innerText()).to.match(/Created\s+1\s[^]*Failed\s+2/);
    await expectAccessible(page);

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the errors as CSV' }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    expect(text).to.include('line,column,value,reason').and.to.include('4,data_limite,2026-02-30,');
    await page.getByRole('link', { name: 'All imports' }).click();
    await page.getByRole('row', { name: /visits\.csv Attendances completed with errors 3 2/ }).waitFor();
    await page.context().close();
  });

  it('refuses a file whose header is unknown, and says why', async () => {
    const page = await web.open('/imports', { as: web.test.admin });
    await page.setInputFiles('input[type=file]', {
      name: 'other.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('one,two\n1,2\n'),
    });
    await page
      .getByRole('alert')
      .getByText(/header/i)
      .waitFor();
    await page.context().close();
  });

  it('provisions a user who logs in with the generated password', async () => {
    const page = await web.open('/users', { as: web.test.admin });
    await page.getByRole('button', { name: 'New user' }).click();
    await dialog(page).getByLabel('Name *').fill('New Clinician');
    await dialog(page).getByLabel('E-mail address *').fill(web.test.other.email);
    await page.getByRole('button', { name: 'Create' }).click();
    await dialog(page).getByText('Another user has this e-mail address').waitFor();
    // As a person does it: Playwright's "fill" adds to an e-mail field of Firefox.
    await dialog(page).getByLabel('E-mail address *').press('Control+a');
    await page.keyboard.type('new@clinic.example');
    await page.getByRole('button', { name: 'Create' }).click();
    const shown = dialog(page).getByLabel('Generated password');
    await shown.waitFor();
    const password = await shown.inputValue();
    await page.keyboard.press('Escape');
    expect(await shown.isVisible()).to.equal(true);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'I have passed it on' }).click();
    await page.getByRole('row', { name: /New Clinician/ }).waitFor();
    expect(await page.content()).not.to.include(password);

    const theirs = await web.open('/', {});
    await logInOn(theirs, { email: 'new@clinic.example', password });
    await menu(theirs).getByRole('link', { name: 'Recordings' }).waitFor();
    expect(await menu(theirs).innerText()).not.to.match(/Users|System/);
    await theirs.context().close();
    await page.context().close();
  });

  it('makes a link with which a user sets a new password, and deactivates and deletes users', async () => {
    const user = await web.test.newUser('clinician');
    const { json } = await call(web.test, 'GET', `/users/${user.id}`, { token: web.test.admin.token });
    const name = json.fullName as string;
    const page = await web.open('/users', { as: web.test.admin });
    await page.getByRole('button', { name: `Reset the password: ${name}` }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog(page).getByLabel('Link').inputValue();
    expect(link).to.match(new RegExp(`^${web.test.url}/reset#token=`));
    await page.getByRole('button', { name: 'I have passed it on' }).click();

    const theirs = await web.open(link, {});
    await theirs.getByLabel('New password', { exact: true }).fill('staple of a new kind');
    await theirs.getByLabel('New password again').fill('staple of a new kind');
    await theirs.getByRole('button').click();
    await theirs.getByText('You can log in now').waitFor();
    await theirs.context().close();

    await page.getByRole('button', { name: `Edit: ${name}` }).click();
    await page.getByLabel('May log in').selectOption('false');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: new RegExp(`${name}.*deactivated`) }).waitFor();
    await page.getByRole('button', { name: `Delete: ${name}` }).click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('row', { name: new RegExp(user.email) }).waitFor({ state: 'detached' });
    // Of the own account, only name and address can be changed.
    await page.getByText('This is your own account').waitFor();
    await page.getByRole('button', { name: 'Edit: Number 1' }).click();
    expect(await dialog(page).getByLabel('Role').count()).to.equal(0);
    await page.context().close();
  });

  it('shows administrators the state of the service, on windows of all sizes', async () => {
    for (const [width, language] of [
      [360, 'pt'],
      [2560, 'en'],
    ] as const) {
      const page = await web.open('/system', { as: web.test.admin, width, language });
      await page.getByText('MongoDB').waitFor();
      expect(await isTooWide(page), `/system at ${width}`).to.equal(false);
      await expectAccessible(page);
      await page.goto('/users');
      await page.locator('tbody tr').first().waitFor();
      expect(await isTooWide(page), `/users at ${width}`).to.equal(false);
      await expectAccessible(page);
      await page.context().close();
    }
  });

  it('shows nobody the pages of the other role, neither in the menu nor by address', async () => {
    for (const [who, own, foreign] of [
      [web.test.clinician, ['Recordings', 'Patients'], ['/users', '/system']],
      [web.test.admin, ['Users', 'System', 'Patients'], ['/recordings', `/recordings/${web.test.admin.id}`]],
    ] as const) {
      const page = await web.open('/patients', { as: who });
      const entries = await menu(page).getByRole('link').allInnerTexts();
      expect(entries).to.include.members([...own]);
      for (const path of foreign) {
        expect(entries.map((entry) => `/${entry.toLowerCase()}`)).not.to.include(path);
        await page.goto(path);
        await page.getByText('Your role does not include this page.').waitFor();
        await expectAccessible(page);
      }
      await page.context().close();
    }
  });
});

describe('an import that waits, in the web application', function () {
  const web = webTests(this, {}, { importTiming: { leaseMs: 3_000, pollMs: 50 } });
  this.timeout(120_000);

  it('is cancelled, or followed live to its end', async () => {
    const page = await web.open('/imports', { as: web.test.clinician });
    const send = async (name: string): Promise<void> => {
      await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(CSV) });
      await page.getByRole('heading', { level: 1, name: `${name} waiting` }).waitFor();
    };
    await send('first.csv');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel the import' }).click();
    await dialog(page).getByRole('button', { name: 'Cancel the import' }).click();
    await page.getByRole('heading', { level: 1, name: 'first.csv cancelled' }).waitFor();

    await page.getByRole('link', { name: 'All imports' }).click();
    await send('second.csv');
    // Nothing on the page is touched from here on.
    web.test.app.importWorker.start();
    await page.getByRole('heading', { level: 1, name: 'second.csv completed' }).waitFor();
    await page.getByRole('row', { name: /4 data_limite 2026-02-30/ }).waitFor();
    await page.context().close();
  });
});
