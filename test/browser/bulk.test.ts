/** Several recordings at once, in a real browser: attached, exported, deleted. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { call } from '../support/http.ts';
import { expectAccessible, webTests } from '../support/web.ts';

const close = (page: Page): Promise<void> =>
  page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

describe('the selected recordings', function () {
  const web = webTests(this);

  it('are attached to a patient, exported and deleted, and what could not be done is told', async () => {
    const user = await web.test.newUser('clinician');
    const { token } = user;
    const patient = await call(web.test, 'POST', '/patients', {
      token,
      body: { firstName: 'Ana', lastName: 'Souza', birthDate: '1960-02-03', sex: 'female' },
    });
    expect(patient.status).to.equal(201);
    for (const name of ['a', 'b', 'c']) {
      const signal = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
      const body = { id: name, date: '2026-01-15T09:30:00Z', samplingRate: 500, leads: [{ name: 'II', signal }] };
      expect((await call(web.test, 'POST', '/ecgs', { token, body })).status).to.equal(201);
    }
    const page = await web.open('/recordings', { as: user });
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Attach to a patient' }).click();
    await page.getByRole('dialog').getByLabel('Patient', { exact: true }).first().fill('sou');
    await page.getByRole('radio', { name: 'Ana Souza' }).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Attach', exact: true }).click();
    await page.getByText('Done: 3 recordings.').waitFor();
    await close(page);
    await page.getByRole('cell', { name: 'Ana Souza' }).nth(2).waitFor();

    await call(web.test, 'POST', '/patients', {
      token,
      body: { firstName: 'Rui', lastName: 'Braga', birthDate: '1950-04-05' },
    });
    await page.locator('.recordings tbody').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Attach to a patient' }).click();
    await page.getByRole('dialog').getByLabel('Patient', { exact: true }).first().fill('rui');
    await page.getByRole('radio', { name: 'Rui Braga' }).check();
    await page
      .getByText('1 recording belongs to Ana Souza (3 Feb 1960) and will be moved to Rui Braga (5 Apr 1950).')
      .waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Move to this patient' }).click();
    await page.getByText('Done: 1 recording.').waitFor();
    await close(page);
    await page.getByRole('cell', { name: 'Rui Braga' }).waitFor();

    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    expect((await download).suggestedFilename()).to.match(/\.zip$/);
    await page.getByText('Done: 3 recordings.').waitFor();
    await close(page);

    const { json } = await call(web.test, 'GET', '/ecgs?externalId=b', { token });
    const changed = json.items[0].id as string;
    await call(web.test, 'PATCH', `/ecgs/${changed}`, { token, body: { notes: 'changed elsewhere' } });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete 3 recordings' }).click();
    await page.getByText('Done: 2 recordings.').waitFor();
    await page.getByText('Not done: 1 recording.').waitFor();
    expect(await page.getByRole('dialog').getByRole('link').getAttribute('href')).to.equal(`/recordings/${changed}`);
    await expectAccessible(page);
    await close(page);
    await page.locator('.recordings tbody tr:only-child', { hasText: 'b' }).waitFor();
    await page.getByText('1 recording selected').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete 1 recording' }).click();
    await page.getByText('Done: 1 recording.').waitFor();
    await close(page);
    await page.getByRole('heading', { name: 'No recordings yet' }).waitFor();
    await page.context().close();
  });
});
