/** What stands around the ECG: measurements, the comment, patient and file, exports, and another ECG beside. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { qtc } from '../../src/signal/qtc.ts';
import { call } from '../support/http.ts';
import { annotate } from '../support/marks.ts';
import { colourAt, coloursAt, drawn, ofViewer, show, stripOf, until, uploadWave } from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

const RATE = 250;
/** A spike every second. @param shift makes other recordings of it */
const wave = (shift = 0) =>
  ['I', 'II', 'V1'].map((name, k) => ({
    name,
    signal: Array.from({ length: RATE * 20 }, (_, i) =>
      (i + shift) % RATE === 100 ? 1_000 : Math.round(100 * Math.sin((i / RATE) * (1 + k))),
    ),
  }));

describe('The panels of the viewer', function () {
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
  /** Places the time caliper in lead II. */
  const measure = async (from: number, to: number): Promise<void> => {
    const [a, b] = [from * RATE, to * RATE];
    await ofViewer(
      page,
      `viewer.setCaliper({ kind: 'time', channel: 1, a: viewer.pointAt(1, ${a / RATE}), b: viewer.pointAt(1, ${
        b / RATE
      }), active: 'b', isMarching: false })`,
    );
  };

  it('measures QT with QTc from the RR that was kept, keeps it, and has it after a reload', async () => {
    await panel('Marks');
    await measure(1.2, 2);
    await button('RR').click();
    await button('Keep as RR').click();
    await page.locator('.own-marks li').getByText('RR 800 ms').waitFor();
    await measure(1.2, 1.6);
    await button('QT').click();
    const rows = page.locator('.qtc td');
    const values = qtc(400, 800);
    expect(await rows.allTextContents()).to.deep.equal(
      [values.bazett, values.fridericia, values.framingham, values.hodges].map((one) => String(Math.round(one))),
    );
    await page.getByLabel('Heart rate for QTc').fill('60');
    expect(await rows.allTextContents()).to.deep.equal(['400', '400', '400', '400']);
    await page.getByLabel('Heart rate for QTc').fill('');
    await page.getByLabel('Remark').fill('end of T unclear');
    await expectAccessible(page);
    await button('Keep as QT').click();
    await page.locator('.own-marks li').getByText('QT 400 ms').waitFor();

    await show(page, id);
    await panel('Marks');
    const kept = page.locator('.own-marks li').filter({ hasText: 'QT 400 ms' });
    await kept.getByText('end of T unclear').waitFor();
    expect(await kept.textContent()).to.include(`Bazett ${Math.round(values.bazett)}`);
    expect(await kept.textContent()).to.include('Number 2,');
    await until(page, 'leadwire.viewer.events.marks.value.length === 2');
    await kept.getByRole('button', { name: 'Delete the mark' }).click();
    await button('Delete').click();
    await kept.waitFor({ state: 'detached' });
    expect((await asked('GET', `/ecgs/${id}/annotations`)).json.items).to.have.lengthOf(1);
  });

  it('draws the next caliper by dragging, once what the last one measured is kept', async () => {
    await panel('Marks');
    await measure(1.2, 2);
    await button('Keep as RR').click();
    await page.locator('.own-marks li').getByText('RR 800 ms').waitFor();
    const { x, y } = await stripOf(page, 'I');
    const box = await page.locator('.stage canvas.overlay').boundingBox();
    if (!box) throw new Error('no canvas');
    await page.mouse.move(box.x + x + 400, box.y + y);
    await page.mouse.down();
    await page.mouse.move(box.x + x + 460, box.y + y, { steps: 3 });
    await page.mouse.up();
    expect(await ofViewer<number>(page, 'viewer.caliper.value.channel')).to.equal(0);
    expect(await ofViewer<number>(page, 'viewer.view.value.from')).to.equal(0);
  });

  it('adds a mark with a text at a time', async () => {
    await panel('Marks');
    await page.getByText('Add a mark').click();
    await page.getByLabel('Text').fill('artefact');
    await page.getByLabel('Time', { exact: true }).fill('0:99:99:99');
    await button('Add the mark').click();
    await page.getByText('Write it like').waitFor();
    await page.getByLabel('Time', { exact: true }).fill('0:12.5');
    await page.getByLabel('Lead', { exact: true }).selectOption('V1');
    await button('Add the mark').click();
    await page.locator('.own-marks li').getByText('artefact').waitFor();
    const [mark] = (await asked('GET', `/ecgs/${id}/annotations`)).json.items;
    expect(mark).to.include({ at: 12.5, channel: 'V1', text: 'artefact' });
  });

  it('draws a mark at the very end of the recording', async () => {
    expect((await annotate(web.test, web.test.clinician.token, id, { at: 20, text: 'end' })).status).to.equal(201);
    await show(page, id);
    await until(page, 'leadwire.viewer.events.marks.value.length === 1');
    await ofViewer(page, '(viewer.showsCrossings.value = false, viewer.moveTo(20))');
    await drawn(page);
    const { right, top } = await ofViewer<{ right: number; top: number }>(
      page,
      '({ right: scene.strips[0].x + scene.strips[0].width, top: scene.strips[0].rowTop })',
    );
    expect(await ofViewer<number>(page, 'viewer.window.value.to')).to.equal(20);
    const colour = await colourAt(page, 'overlay', right - 1, top + 3);
    expect(colour, 'as opaque as a line').to.match(/,255$/);
    expect(await colourAt(page, 'overlay', right - 20, top + 3)).not.to.equal(colour);
  });

  it('draws marks beside and below the names of leads, never across them', async () => {
    for (const mark of [
      { at: 0.05, code: 'N' },
      { at: 0.1, code: 'V' },
      { from: 0.02, to: 1, text: 'noise' },
    ])
      expect((await annotate(web.test, web.test.clinician.token, id, mark)).status).to.equal(201);
    await show(page, id);
    await until(page, 'leadwire.viewer.events.marks.value.length === 3');
    await ofViewer(page, 'viewer.showsCrossings.value = false');
    await drawn(page);
    const { x, rowTop } = await ofViewer<{ x: number; rowTop: number }>(page, 'scene.strips[0]');
    const perSecond = await ofViewer<number>(page, 'scene.pixelsPerSecond');
    const isMarked = async (at: number, top: number, height: number): Promise<boolean> =>
      (await coloursAt(page, 'overlay', x + at, rowTop + top, height)).some(([, , , alpha]) => alpha !== 0);
    for (let at = 0; at < 12; at++) expect(await isMarked(at, 0, 16), `across "I", ${at} pixels`).to.equal(false);
    for (const time of [0.02, 0.05, 0.1])
      expect(await isMarked(Math.round(time * perSecond), 16, 8), `below "I" at ${time} s`).to.equal(true);
    expect(await isMarked(Math.round(0.9 * perSecond), 0, 4), 'the rest of the span').to.equal(true);
  });

  it('signs a comment, begins a new version, and shows what was saved elsewhere in the meantime', async () => {
    await panel('Comment');
    const text = page.getByLabel('Your comment on this ECG');
    await text.fill('Sinus rhythm.');
    await show(page, id);
    await panel('Comment');
    expect(await text.inputValue(), 'kept over a reload of the page').to.equal('Sinus rhythm.');
    await button('Sign …').click();
    await expectAccessible(page);
    await button('Sign').click();
    await page
      .getByText(/^Signed by Number 2/)
      .first()
      .waitFor();
    expect((await asked('GET', `/ecgs/${id}/comment`)).json.last.signed).to.include({ name: 'Number 2' });

    await text.fill('Sinus rhythm. Long QT.');
    expect((await asked('PUT', `/ecgs/${id}/comment`, { text: 'From elsewhere.' })).status).to.equal(200);
    await button('Save the draft').click();
    await page.getByText('From elsewhere.').waitFor();
    expect(await text.inputValue(), 'kept in the conflict').to.equal('Sinus rhythm. Long QT.');
    await button('Save mine').click();
    await page
      .getByText(/^Draft, last saved/)
      .first()
      .waitFor();
    await page.getByText('Versions').click();
    await page.locator('.versions li').nth(1).waitFor();
    expect(await page.locator('.versions blockquote').allTextContents()).to.deep.equal([
      'Sinus rhythm. Long QT.',
      'Sinus rhythm.',
    ]);
    await expectAccessible(page);
  });

  it('exports what is shown by links that answer with the cookie, and says why one is refused', async () => {
    await button('Export').click();
    await page.getByRole('link', { name: /EDF/ }).waitFor();
    await expectAccessible(page);
    const refused = async (): Promise<string[]> => {
      const links = await page.locator('dialog a').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
      expect(links).to.have.lengthOf.at.least(8);
      const statuses = await Promise.all(
        links.map((link) => page.evaluate<number>(`fetch(${JSON.stringify(link)}).then(({ status }) => status)`)),
      );
      return links.filter((_, i) => statuses[i] !== 200);
    };
    expect((await refused()).map((link) => new URL(link, 'http://page').searchParams.get('format'))).to.deep.equal([
      'dicom',
    ]);
    await page.getByLabel('When it was recorded').fill('2026-01-15T09:30:00');
    expect(await refused()).to.deep.equal([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /EDF/ }).click(),
    ]);
    expect(download.suggestedFilename()).to.match(/\.edf$/);
    expect(await download.failure()).to.equal(null);

    const [counts] = await Promise.all([page.waitForEvent('download'), button('Download as CSV').click()]);
    expect(counts.suggestedFilename()).to.equal(`ecg-${id}-crossings.csv`);
    const [head, ...lines] = (await readFile(await counts.path(), 'utf8')).trim().split('\r\n');
    const at = head?.split(',').indexOf('zeroCrossings') ?? -1;
    expect(lines.map((line) => Number(line.split(',')[at]))).to.deep.equal(
      await ofViewer(page, 'viewer.counts.window.value.channels.map(({ zeroCrossings }) => zeroCrossings)'),
    );

    await ofViewer(page, '(viewer.deadBand.value = -1)');
    await page.getByRole('link', { name: 'Picture (PNG)' }).click();
    await page.locator('dialog .notice.error').waitFor();
    expect(await page.locator('dialog .notice.error').textContent()).to.equal('deadBand: must not be negative.');
    expect((await asked('DELETE', `/ecgs/${id}`)).status).to.equal(204);
    await page.getByRole('link', { name: /WFDB/ }).click();
    await page.locator('dialog .notice.error').getByText('you have no access').waitFor();
  });

  it('edits the notes and what the file left open, and deletes the recording', async () => {
    await panel('Details');
    await page.getByRole('link', { name: /^Download the uploaded file \(/ }).waitFor();
    await button('Edit notes and facts').click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('after exercise');
    await page.getByLabel('External id').fill(`order-${shift}`);
    await button('Save').click();
    await page.locator('.panel').getByText('after exercise').waitFor();
    expect((await asked('GET', `/ecgs/${id}`)).json).to.include({
      notes: 'after exercise',
      externalId: `order-${shift}`,
    });
    await button('Delete the recording …').click();
    await button('Delete').click();
    await page.getByText('The recording is deleted.').waitFor();
    await page.waitForURL(/\/recordings$/);
    expect((await asked('GET', `/ecgs/${id}`)).status).to.equal(404);
  });
});
