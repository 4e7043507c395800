/** The list of recordings and uploads in a real browser, with real recordings. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { ecgModel } from '../../src/ecgs/store/model.ts';
import { canonicalLead } from '../../src/signal/leads.ts';
import { call } from '../support/http.ts';
import { recordingsDir } from '../support/recordings.ts';
import { expectAccessible, isTooWide, webTests } from '../support/web.ts';

const rows = (page: Page) => page.locator('.recordings tbody tr');
const focusedRow = (page: Page): Promise<string> =>
  page.evaluate<string>("document.activeElement.closest('tr')?.querySelector('.file').textContent ?? ''");

describe('the list of recordings', function () {
  const web = webTests(this);

  /** Uploads a recording with a constant number of crossings. */
  async function given(token: string, name: string, more: object = {}): Promise<void> {
    const signal = Array.from({ length: 1_000 }, (_, i) => (i % 10 < 5 ? 100 : -100));
    const { status } = await call(web.test, 'POST', '/ecgs', {
      token,
      body: {
        id: name,
        date: '2026-01-15T09:30:00Z',
        samplingRate: 500,
        unit: 'mV',
        gain: 1_000,
        leads: [{ name: 'II', signal }],
        ...more,
      },
    });
    expect(status).to.equal(201);
  }

  it('invites to upload while there is nothing', async () => {
    const page = await web.open('/recordings', { as: await web.test.newUser('clinician') });
    await page.getByRole('heading', { name: 'No recordings yet' }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('is moved through, selected and searched with the keyboard', async () => {
    const user = await web.test.newUser('clinician');
    for (const name of ['first', 'second', 'third']) await given(user.token, name, { notes: `the ${name} one` });
    const page = await web.open('/recordings', { as: user });
    await rows(page).nth(2).waitFor();
    await page.keyboard.press('j');
    expect(await focusedRow(page)).to.equal('third');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    expect(await focusedRow(page)).to.equal('first');
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    expect(await rows(page).nth(1).getByRole('checkbox').isChecked()).to.equal(true);
    await page.getByText('1 recording selected').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('second');
    await page.waitForURL('**/recordings?q=second');
    await page.locator('.recordings tbody tr:only-child').waitFor();
    await page.keyboard.press('Escape');
    await rows(page).first().getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/recordings\/[0-9a-f]{24}$/);
    await rows(page).first().waitFor({ state: 'detached' });
    // As soon as the row is there: what is seen can be used at once.
    const focused = page.evaluate<boolean>(`new Promise((done) => {
      const look = () => {
        const link = document.querySelector('.recordings a[data-id]');
        if (link) done(document.activeElement === link);
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    })`);
    await page.goBack();
    expect(await focused).to.equal(true);
    await page.locator('.recordings tbody tr:only-child').waitFor();
    expect(await focusedRow(page)).to.equal('second');
    await page.context().close();
  });

  it('shows whom the file names while there is no patient, and the usual names of leads', async () => {
    const user = await web.test.newUser('clinician');
    await given(user.token, 'unattached');
    await given(user.token, 'nameless', { leads: [{ name: 'ii', signal: [1, -1, 1, -1] }] });
    const subject = { patientId: 'MRN-78', patientName: null, birthDate: null, sex: null, studyId: null };
    await ecgModel(web.test.database).updateOne({ externalId: 'unattached' }, { $set: { subject } });
    const page = await web.open('/recordings', { as: user });
    await rows(page).nth(1).waitFor();
    expect(await rows(page).locator('.patient').allInnerTexts()).to.deep.equal([
      '–',
      'MRN-78\naccording to the file, not attached',
    ]);
    // By their usual names; what the file calls them is said on demand.
    const leads = rows(page).locator('.leads');
    expect(await leads.allInnerTexts()).to.deep.equal(['II', 'II']);
    expect(await leads.first().getAttribute('title')).to.equal('ii');
    await expectAccessible(page);
    await page.context().close();
  });

  it('is filtered, sorted and paged, and says so in the address', async () => {
    const user = await web.test.newUser('clinician');
    for (let i = 0; i < 52; i++)
      await given(user.token, `number ${i}`, { date: new Date(1.7e12 + i * 1e7).toISOString() });
    const signal = Array.from({ length: 40_000 }, (_, i) => (i % 2 ? 5 : -5));
    await given(user.token, 'long', { leads: [{ name: 'V1', signal }] });
    const page = await web.open('/recordings', { as: user });
    await page.getByText('53 recordings').first().waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await rows(page).nth(3).waitFor({ state: 'detached' });
    expect(await rows(page).count()).to.equal(3);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await rows(page).nth(49).waitFor();
    await page.goBack();
    await rows(page).nth(3).waitFor({ state: 'detached' });
    await page.getByLabel('Lead', { exact: true }).selectOption('V1');
    await page.waitForURL('**/recordings?lead=V1');
    await page.locator('.recordings tbody tr:only-child').waitFor();
    await page.reload();
    expect(await page.getByLabel('Lead', { exact: true }).inputValue()).to.equal('V1');
    await page.getByRole('button', { name: 'Reset all filters' }).click();
    await rows(page).nth(49).waitFor();
    await page.getByRole('button', { name: 'Duration' }).click();
    await page.waitForURL('**/recordings?sort=-duration');
    await page.locator('.recordings tbody tr:first-child', { hasText: 'long' }).waitFor();
    expect(await page.locator('th.length').getAttribute('aria-sort')).to.equal('descending');
    await expectAccessible(page);
    await page.context().close();
  });

  it('fits on a phone, where the filters are in a dialog', async () => {
    const user = await web.test.newUser('clinician');
    await given(user.token, 'one');
    const page = await web.open('/recordings', { as: user, width: 360, height: 740 });
    await rows(page).first().waitFor();
    expect(await isTooWide(page)).to.equal(false);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('dialog').getByLabel('Format').selectOption('edf');
    await page.getByRole('dialog').getByRole('button', { name: '0 recordings' }).click();
    await page.getByText('No recording matches the filters.').waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('names a filter that cannot be used, and shows no other recordings as if they were found', async () => {
    const user = await web.test.newUser('clinician');
    await given(user.token, 'found');
    const page = await web.open('/recordings', { as: user });
    await rows(page).first().waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('(');
    await page.getByText('Search: must contain a letter or a digit.').waitFor();
    expect(await rows(page).count()).to.equal(0);
    expect(await page.getByText('as it was before').count()).to.equal(0);
    await page.getByRole('searchbox', { name: 'Search' }).fill('found');
    await rows(page).first().waitFor();
    for (const [query, fault] of [
      ['durationFrom=-3', 'Duration, from: must not be negative.'],
      ['lead=%3Cb%3E', 'Lead: must be one of'],
    ] as const) {
      await page.goto(`/recordings?${query}`);
      await page.getByText(fault).waitFor();
    }
    await page.context().close();
  });

  it('is saved as CSV with the filters in force, even if the short cookie has expired', async () => {
    const user = await web.test.newUser('clinician');
    for (const name of ['first', 'second']) await given(user.token, name);
    const page = await web.open('/recordings?q=second', { as: user });
    await rows(page).first().waitFor();
    await page.context().clearCookies({ name: 'leadwire-access' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Download the list as CSV').click(),
    ]);
    expect(file.suggestedFilename()).to.equal('recordings.csv');
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/^id,/);
    expect(lines[1]).to.include(',second,');
    await page.context().close();
  });

  it('keeps what it shows while the service cannot be reached, and goes on by itself', async () => {
    const user = await web.test.newUser('clinician');
    await given(user.token, 'kept');
    const page = await web.open('/recordings', { as: user });
    await rows(page).first().waitFor();
    await page.route('**/api/v1/ecgs?**', (route) => route.abort());
    await page.getByRole('button', { name: 'Date' }).click();
    await page.getByText('The service cannot be reached').first().waitFor();
    expect(await rows(page).count()).to.equal(1);
    await page.unroute('**/api/v1/ecgs?**');
    await page.getByText('The service cannot be reached').first().waitFor({ state: 'detached' });
    await page.context().close();
  });

  describe('with real recordings', () => {
    const folder = recordingsDir();
    before(function () {
      if (folder !== null) return;
      process.stderr.write('  skipped: there is no folder of recordings (RECORDINGS_DIR)\n');
      this.skip();
    });
    const path = (name: string): string => join(folder ?? '', name);
    const golden = JSON.parse(folder === null ? '{"channels":[]}' : readFileSync(path('golden.json'), 'utf8')) as {
      channels: { record: string; channel: string; zeroCrossings: number }[];
    };

    it('shows the crossings of an uploaded WFDB record and of JSON as others have counted them', async () => {
      const page = await web.open('/recordings', { as: await web.test.newUser('clinician') });
      const input = page.getByLabel('Upload files').first();
      const json = ['mit-100-60s.json', 'ptb-s0010-10s.json'];
      await input.setInputFiles([
        ...['wfdb/100.dat', 'wfdb/100.hea', 'wfdb/100.atr'].map(path),
        ...json.map((name) => path(`json/${name}`)),
      ]);
      await page.getByText('3 of 3 done').waitFor();
      await rows(page).nth(2).waitFor();
      const shown = await page.evaluate<string[]>(
        "[...document.querySelectorAll('.crossings svg')].map((one) => one.getAttribute('aria-label'))",
      );
      const expected = JSON.parse(readFileSync(path('json/expected.json'), 'utf8')) as Record<string, object>;
      const wfdb = golden.channels.filter(({ record }) => record === '100');
      for (const counts of [
        ...Object.values(expected),
        Object.fromEntries(wfdb.map((one) => [one.channel, one.zeroCrossings])),
      ]) {
        const list = Object.entries(counts).map(
          ([name, count]) => `${canonicalLead(name) ?? name} ${Number(count).toLocaleString('en-GB')}`,
        );
        expect(shown).to.include(`Zero crossings: ${list.join(', ')}`);
      }
      await expectAccessible(page);
      await page.getByRole('link', { name: '100.hea: Open the recording' }).click();
      await page.waitForURL(/\/recordings\/[0-9a-f]{24}$/);
      await page.locator('.uploads').waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('waits for the missing file of a record, and says why a file is refused', async () => {
      const page = await web.open('/recordings', { as: await web.test.newUser('clinician') });
      const input = page.getByLabel('Upload files').first();
      await input.setInputFiles([path('wfdb/100.hea'), path('wfdb/binformats.d0')]);
      await page.getByText('Missing: 100.dat. Add these files, too.').waitFor();
      await page.locator('.uploads').getByText('This is no ECG that can be read.').waitFor();
      await page.locator('.uploads').getByText('0 of 2 done').waitFor();
      await input.setInputFiles([path('wfdb/100.dat')]);
      await page.getByRole('link', { name: '100.hea: Open the recording' }).waitFor();
      await page.locator('.uploads').getByText('1 of 2 done').waitFor();
      await expectAccessible(page);
      await page.context().close();
    });

    it('goes on with an upload after the line was cut, and after the page was loaded again', async () => {
      const page = await web.open('/recordings', { as: await web.test.newUser('clinician') });
      const files = [path('wfdb/100.hea'), path('wfdb/100.dat')];
      const patches = '**/api/v1/uploads/*';
      await page.route(patches, (route) => (route.request().method() === 'PATCH' ? route.abort() : route.fallback()));
      await page.getByLabel('Upload files').first().setInputFiles(files);
      await page.getByText('no connection; goes on by itself').waitFor();
      // Browsers ask only people who have done something on the page.
      await page.getByRole('heading', { name: 'Recordings', exact: true }).click();
      const asked = page.waitForEvent('dialog');
      const reloaded = page.reload();
      expect((await asked).type()).to.equal('beforeunload');
      await (await asked).accept();
      await reloaded;
      await page.getByText('not finished; choose the same files again to go on').waitFor();
      await page.unroute(patches);
      await page.getByLabel('Upload files').first().setInputFiles(files);
      await page.getByText('1 of 1 done').waitFor();
      await rows(page).first().waitFor();
      await page.context().close();
    });
  });
});
