/** Recordings that are changed in one tab, and what the other tabs of the browser show of it. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { made } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { logInOn, webTests } from '../support/web.ts';

const rows = (page: Page) => page.locator('.recordings tbody tr');
const row = (page: Page, name: string) => rows(page).filter({ has: page.getByText(name, { exact: true }) });

/** The row that has the focus. */
const FOCUSED = "document.activeElement.closest('tr')?.textContent ?? ''";

const recording = (name: string) => ({
  id: name,
  date: '2026-01-15T09:30:00Z',
  samplingRate: 500,
  leads: [{ name: 'II', signal: Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1)) }],
});

/** As if other tabs made one change after the other, without a pause. */
const STORM = `(() => {
  const tabs = new BroadcastChannel('leadwire-changes');
  setInterval(() => tabs.postMessage(null), 5);
})()`;

describe('recordings in two tabs', function () {
  const web = webTests(this);

  it('that were uploaded, attached or deleted in one are so in the other, which keeps what it shows', async () => {
    const user = await web.test.newUser('clinician');
    const names = Array.from({ length: 53 }, (_, i) => `number-${String(i).padStart(2, '0')}`);
    for (const name of names)
      expect((await call(web.test, 'POST', '/ecgs', { token: user.token, body: recording(name) })).status).to.equal(
        201,
      );
    const patient = await made(web.test, '/patients', { firstName: 'Ana', lastName: 'Souza', birthDate: '1960-02-03' });
    const context = await web.browse();
    const [acting, watching] = [await web.tab(context), await web.tab(context)];
    await acting.goto('/recordings');
    await logInOn(acting, user);
    await watching.goto('/recordings?sort=createdAt');
    await watching.getByRole('button', { name: 'Next page' }).click();
    await rows(watching).nth(3).waitFor({ state: 'detached' });
    const address = watching.url();
    await row(watching, 'number-51').getByRole('checkbox').check();
    await row(watching, 'number-52').getByRole('link').focus();
    const isKept = async (): Promise<void> => {
      expect(watching.url()).to.equal(address);
      expect(await row(watching, 'number-51').getByRole('checkbox').isChecked()).to.equal(true);
      expect(await watching.evaluate(FOCUSED)).to.include('number-52');
    };

    const file = {
      name: 'new.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(recording('new'))),
    };
    await acting.getByLabel('Upload files').first().setInputFiles(file);
    await row(watching, 'new.json').waitFor();
    await isKept();

    const profile = await web.tab(context);
    await profile.goto(`/patients/${patient}`);
    const own = profile.getByRole('region', { name: 'Your recordings' });
    await own.getByText('You have no recordings of this patient.').waitFor();
    await acting.bringToFront();
    await row(acting, 'number-52').getByRole('checkbox').check();
    await acting.getByRole('button', { name: 'Attach to a patient' }).click();
    await acting.getByRole('dialog').getByLabel('Patient', { exact: true }).first().fill('sou');
    await acting.getByRole('radio', { name: 'Ana Souza' }).check();
    await acting.getByRole('button', { name: 'Attach', exact: true }).click();
    await row(watching, 'number-52').getByRole('cell', { name: 'Ana Souza', exact: true }).waitFor();
    await own.getByRole('row').nth(1).waitFor();
    await isKept();

    await acting.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await row(acting, 'new.json').getByRole('link').click();
    await acting.getByRole('tab', { name: 'Details' }).click();
    await acting.getByRole('button', { name: 'Delete the recording …' }).click();
    await acting.getByRole('button', { name: 'Delete', exact: true }).click();
    await row(watching, 'new.json').waitFor({ state: 'detached' });
    await isKept();
    await context.close();
  });

  it('are shown while one change follows the other, and lists stay as long as they were', async () => {
    const user = await web.test.newUser('clinician');
    const patient = await made(web.test, '/patients', { firstName: 'Rui', lastName: 'Alves', birthDate: '1960-02-03' });
    const add = async (name: string): Promise<string> => {
      const body = { ...recording(name), patient };
      const { status, json } = await call(web.test, 'POST', '/ecgs', { token: user.token, body });
      expect(status).to.equal(201);
      return json.id as string;
    };
    for (let i = 0; i < 25; i++) await add(`old-${i}`);
    const context = await web.browse();
    const list = await web.tab(context);
    await list.goto('/recordings');
    await logInOn(list, user);
    await rows(list).nth(24).waitFor();
    const profile = await web.tab(context);
    await profile.goto(`/patients/${patient}`);
    const own = profile.getByRole('region', { name: 'Your recordings' }).locator('tbody tr');
    await profile.getByRole('button', { name: 'Show more' }).click();
    await own.nth(24).waitFor();
    const viewer = await web.tab(context);
    await viewer.goto(`/recordings/${await add('shown')}`);
    await viewer.getByRole('tab', { name: 'Details' }).click();
    const others = viewer.locator('.others li');
    await others.nth(24).waitFor();

    await list.evaluate(STORM);
    await add('new');
    await rows(list).nth(26).waitFor();
    await own.nth(26).waitFor();
    await others.nth(25).waitFor();
    await context.close();
  });
});
