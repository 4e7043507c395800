/** Uploads of tables that leave something open: their reader says it in the browser, and they are read again. */
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { call } from '../support/http.ts';
import { caseFile } from '../support/recordings.ts';
import { drop, expectAccessible, isTooWide, webTests } from '../support/web.ts';

const rows = (write: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => `${write(i)}\n`).join('');
/** A table whose first column may be times. */
const counted = (factor: number): string => `x,I\n${rows((i) => `${i * 4},${(i % 5) * factor}`)}`;

/** A table whose times jump. */
const uneven = (factor: number): string => `time (s),I\n${rows((i) => `${i === 7 ? 6.5 : i},${(i % 5) * factor}`)}`;

/** The label of the field that has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.labels?.[0].textContent ?? document.activeElement.outerHTML');
const row = (page: Page, name: string): Locator => page.locator('.uploads li', { hasText: name });
const ask = async (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name: `${name}: Set how it is read` }).click();
const again = async (page: Page): Promise<void> => page.getByRole('button', { name: 'Read again' }).click();

describe('a table with a doubt in the browser', function () {
  const web = webTests(this);

  async function opened(language: 'en' | 'pt' = 'en', width = 1280) {
    const user = await web.test.newUser('clinician');
    const page = await web.open('/recordings', { as: user, language, width });
    await page.getByRole('heading', { name: language === 'en' ? 'No recordings yet' : 'Ainda não há' }).waitFor();
    const list = async () => (await call(web.test, 'GET', '/ecgs', { token: user.token })).json.items;
    return { page, list };
  }

  it('says so at once, leads to the field, and replaces the recording by the one that is meant', async function () {
    const text = caseFile(this, 'decimal-comma-one-column.csv');
    const { page, list } = await opened();
    await drop(page, { 'watch.csv': text });
    await page.getByText('The commas were read as decimal signs').waitFor();
    await page.getByText('1 problem', { exact: true }).waitFor();
    const [former] = await list();
    await ask(page, 'watch.csv');
    await page.getByText('The first lines of the file').waitFor();
    await page.locator('.beginning pre', { hasText: String(text).split('\n')[0]! }).waitFor();
    expect(await focused(page)).to.equal('Commas in numbers');
    await expectAccessible(page);
    await page.getByLabel('Commas in numbers').selectOption('point');
    await again(page);
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.getByText('The commas were read').waitFor({ state: 'detached' });
    await page.locator('.uploads').getByText('1 of 1 done').waitFor();
    const [made, ...others] = await list();
    expect(others).to.deep.equal([]);
    expect(made.id).not.to.equal(former.id);
    expect(made.channels).to.have.lengthOf(2);
    await expectAccessible(page);
    await page.context().close();
  });

  it('keeps the former recording beside the new one where that is wanted, and links both', async () => {
    const { page, list } = await opened();
    await drop(page, { 'counted.csv': counted(1) });
    await ask(page, 'counted.csv');
    await page.getByLabel('Column 1').waitFor();
    expect(await focused(page)).to.equal('Column 1');
    await page.getByLabel('Column 1').selectOption('ms');
    await page.getByLabel('Unit', { exact: true }).selectOption('uV');
    await page.getByLabel('Delete the recording that was made before').uncheck();
    await again(page);
    await page.getByRole('link', { name: 'as it was read before' }).waitFor();
    const all = await list();
    expect(all.map(({ channels }: { channels: object[] }) => channels.length)).to.have.members([1, 2]);
    const [made] = all.filter(({ channels }: { channels: object[] }) => channels.length === 1);
    expect(made.channels[0]).to.include({ name: 'I', samplingRate: 250, unit: 'uV', calibrated: true });
    await page.context().close();
  });

  it('that is refused can be sent again with what is said, also for all tables of the kind', async () => {
    const { page, list } = await opened();
    await drop(page, { 'a.csv': uneven(1), 'b.csv': uneven(2), 'c.csv': counted(3) });
    await page.getByText('The times are not evenly spaced').nth(1).waitFor();
    await row(page, 'c.csv').getByRole('link').waitFor();
    await ask(page, 'a.csv');
    await page.getByLabel('Column 1').selectOption('skip');
    await page.getByLabel('Column 2').selectOption('channel');
    await page.getByLabel('Column 3').selectOption('channel');
    await again(page);
    await page.getByText('The table has 2 columns, but you have set more.').waitFor();
    await ask(page, 'a.csv');
    await page.getByLabel('Column 3').selectOption('');
    await again(page);
    await page.locator('.uploads').getByText('2 of 3 done').waitFor();
    await ask(page, 'b.csv');
    expect(await page.getByLabel('with the same question').count()).to.equal(0);
    await page.getByLabel('Column 1').selectOption('skip');
    await page.getByLabel('Sampling rate (Hz)').fill('fast');
    await again(page);
    await page.getByText('Give a number, such as 250 or 0.5.').waitFor();
    await page.getByLabel('Sampling rate (Hz)').fill('62,5');
    await again(page);
    await page.locator('.uploads').getByText('3 of 3 done').waitFor();
    const rates = (await list()).map(({ channels }: { channels: { samplingRate: number }[] }) =>
      channels.map(({ samplingRate }) => samplingRate),
    );
    expect(rates).to.have.deep.members([[null], [62.5], [null, null]]);
    await page.context().close();
  });

  it('shares what is said of one with the others of its kind', async () => {
    const { page, list } = await opened();
    await drop(page, { 'a.csv': counted(1), 'b.csv': counted(2), 'c.csv': '512,513\n514,515\n516,517\n' });
    await page.locator('.uploads').getByText('3 of 3 done').waitFor();
    await ask(page, 'a.csv');
    await page.getByLabel('Column 1').selectOption('ms');
    await page.getByLabel('Also read 1 other file so, with the same question').check();
    await again(page);
    await page.getByText('rises by equal steps').first().waitFor({ state: 'detached' });
    await page.locator('.uploads').getByText('3 of 3 done').waitFor();
    await page.locator('.recordings tbody tr').nth(3).waitFor({ state: 'detached' });
    const rates = (await list()).map(({ channels }: { channels: { samplingRate: number }[] }) =>
      channels.map(({ samplingRate }) => samplingRate),
    );
    expect(rates).to.have.deep.members([[250], [250], [null, null]]);
    await page.context().close();
  });

  it('stays on other pages until it is settled', async () => {
    const { page } = await opened();
    await drop(page, { 'counted.csv': counted(1) });
    await page.locator('.uploads').getByText('1 of 1 done').waitFor();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    await page.getByText('1 problem', { exact: true }).waitFor();
    await page.context().close();
  });

  it('is told in Portuguese, on a small screen, too', async () => {
    const { page } = await opened('pt', 400);
    await drop(page, { 'contado.csv': counted(1), 'texto.csv': 'I,II\n1,2\n3,abc\n' });
    await page.getByRole('button', { name: 'Mostrar os envios' }).click();
    await page.getByText('cresce em passos iguais').waitFor();
    await page.getByText('"abc" não é um número').waitFor();
    await page.getByRole('button', { name: 'contado.csv: Definir como é lido' }).click();
    await page.getByLabel('Coluna 1').waitFor();
    await expectAccessible(page);
    expect(await isTooWide(page)).to.equal(false);
    await page.context().close();
  });
});
