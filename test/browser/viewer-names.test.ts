/** How the viewer calls leads. */
import { expect } from 'chai';
import { show, uploadWave } from '../support/viewed.ts';
import { webTests } from '../support/web.ts';

describe('The names of leads in the viewer', function () {
  const web = webTests(this);

  it('are the usual ones, however the file writes them', async () => {
    const signal = Array.from({ length: 2_500 }, (_, i) => (i % 250 === 100 ? 1_000 : 10));
    const leads = ['i', 'ii', 'v1'].map((name, k) => ({ name, signal: signal.map((value) => value + k) }));
    const page = await web.open('/recordings', { as: web.test.clinician });
    await show(page, await uploadWave(web.test, web.test.clinician, { samplingRate: 250, leads }));
    await page.getByRole('tab', { name: 'Crossings' }).click();
    await page.getByRole('columnheader', { name: 'Range (mV)' }).waitFor();
    expect(await page.locator('.counts tbody th').allTextContents()).to.deep.equal(['I', 'II', 'V1']);
    await page.getByRole('button', { name: 'Select V1', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    const table = page.locator('dialog tbody th');
    await table.first().waitFor();
    expect(await table.allTextContents()).to.deep.equal(['I (mV)', 'II (mV)', 'V1 (mV)']);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Marks' }).click();
    await page.getByText('Add a mark').click();
    expect(await page.getByLabel('Lead').locator('option').allTextContents()).to.deep.equal([
      'All leads',
      'I',
      'II',
      'V1',
    ]);
    await page.context().close();
  });
});
