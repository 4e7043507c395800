/** The reader's own marks: edited in their place, kept through conflicts and a lost line, made only once. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { call } from '../support/http.ts';
import { annotate } from '../support/marks.ts';
import { ofViewer, show, until, uploadWave } from '../support/viewed.ts';
import { expectAccessible, webTests } from '../support/web.ts';

const RATE = 250;
/** A spike of 1 mV every second in lead II, on nothing. @param shift makes other recordings of it */
const wave = (shift: number) =>
  ['I', 'II'].map((name, k) => ({
    name,
    signal: Array.from({ length: RATE * 20 }, (_, i) => (k === 1 && i % RATE === 100 ? 1_000 : (i * shift) % 13)),
  }));

describe('Own marks', function () {
  const web = webTests(this);
  let page: Page;
  let id: string;
  let shift = 0;

  before(async () => {
    page = await web.open('/recordings', { as: web.test.clinician });
  });
  beforeEach(async () => {
    id = await uploadWave(web.test, web.test.clinician, { samplingRate: RATE, leads: wave((shift += 1)) });
  });

  const make = async (body: object): Promise<string> =>
    (await annotate(web.test, web.test.clinician.token, id, body)).json.id as string;
  const marks = async () =>
    (await call(web.test, 'GET', `/ecgs/${id}/annotations`, { token: web.test.clinician.token })).json.items;
  const change = async (mark: string, body: object): Promise<number> =>
    (await call(web.test, 'PATCH', `/ecgs/${id}/annotations/${mark}`, { token: web.test.clinician.token, body }))
      .status;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const form = () => page.getByRole('form', { name: 'Edit the mark' });
  const field = (name: string) => form().getByLabel(name, { exact: true });
  const opened = async (): Promise<void> => {
    await show(page, id);
    await page.getByRole('tab', { name: 'Marks' }).click();
    await page.locator('.own-marks li').first().waitFor();
  };
  const edit = async (): Promise<void> => {
    await opened();
    await page.getByRole('button', { name: 'Edit the mark' }).click();
    await form().waitFor();
  };
  const saved = async (): Promise<void> => {
    await button('Save').click();
    await form().waitFor({ state: 'detached' });
  };

  it('are moved with the caliper on the paper, whose keys move their ends', async () => {
    await make({ from: 12, to: 12.1, channel: 'II', value: { kind: 'QRS', ms: 100 } });
    await edit();
    await until(page, '((window) => window.from <= 12 && window.to >= 12.1)(leadwire.viewer.window.value)');
    expect(await page.getByRole('heading', { name: 'Measure' }).count(), 'the caliper has one purpose').to.equal(0);
    await expectAccessible(page);
    await page.locator('.stage').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowLeft');
    await until(
      page,
      "[...document.querySelectorAll('.own-marks input')].map(({ value }) => value).join().startsWith('11.96,12.104,')",
    );
    await saved();
    await page.locator('.own-marks').getByText('QRS 144 ms').waitFor();
    expect((await marks())[0]).to.deep.include({ at: 11.96, duration: 0.144, version: 2 });
    expect(await ofViewer(page, 'viewer.caliper.value')).to.equal(null);
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('Edit');
    await page.getByRole('heading', { name: 'Measure' }).waitFor();
  });

  it('have times, lead, kind, rate, code and text that are typed', async () => {
    await make({ from: 1, to: 1.4, channel: 'I', value: { kind: 'RR', ms: 400 } });
    await edit();
    await field('To *').fill('1:99');
    expect(await button('Save').isDisabled()).to.equal(true);
    await form().getByText('The recording ends at 20 s.').waitFor();
    await field('To *').fill('0:01.36');
    await field('What it is *').selectOption('QT');
    await field('Heart rate for QTc, per minute').fill('60');
    await field('Lead *').selectOption('II');
    await field('Code (optional)').fill('q t');
    await field('Remark (optional)').fill('end of T unclear');
    expect(await ofViewer(page, '[viewer.caliper.value.channel, viewer.caliper.value.b.sample]')).to.deep.equal([
      1, 340,
    ]);
    await button('Save').click();
    await form().getByText('must be 1 to 16 visible ASCII characters').waitFor();
    await field('Code (optional)').fill('qt');
    await saved();
    const [mark] = await marks();
    expect(mark).to.deep.include({ at: 1, duration: 0.36, channel: 'II', code: 'qt', text: 'end of T unclear' });
    expect(mark.value).to.deep.include({ kind: 'QT', ms: 360, rrMs: 1_000 });
    await page.locator('.own-marks').getByText('qt end of T unclear').waitFor();
  });

  it('are measured in mV where they are moved to', async () => {
    await make({ from: 1.2, to: 1.4, channel: 'II', value: { kind: 'amplitude', mV: 0.5 } });
    await edit();
    await form().getByText('Amplitude in mV: 0.5').waitFor();
    await field('From *').fill('1.408');
    await field('To *').fill('2.4');
    const samples = [352, 600].map((i) => (wave(shift)[1]?.signal[i] ?? 0) / 1_000);
    const rise = Number(((samples[1] ?? 0) - (samples[0] ?? 0)).toFixed(3));
    await form().getByText(`Amplitude in mV: ${rise}`).waitFor();
    await saved();
    expect((await marks())[0]).to.deep.include({ at: 1.408, duration: 0.992 });
    expect((await marks())[0].value.mV).to.be.closeTo(rise, 1e-4);
  });

  it('become a period when they get an end, and are as they were when that is cancelled', async () => {
    await make({ at: 3, text: 'artefact' });
    await edit();
    await field('Text').fill('noise');
    await button('Cancel').click();
    await page.locator('.own-marks').getByText('artefact').waitFor();
    await page.getByRole('button', { name: 'Edit the mark' }).click();
    expect(await field('Text').inputValue()).to.equal('artefact');
    await field('To').fill('4.5');
    await saved();
    expect((await marks())[0]).to.include({ at: 3, duration: 1.5, channel: null, text: 'artefact' });
  });

  it('show what was changed elsewhere beside what was typed', async () => {
    const mark = await make({ at: 3, text: 'artefact', code: 'N' });
    await edit();
    await field('Text').fill('noise');
    expect(await change(mark, { text: 'movement', code: 'V' })).to.equal(200);
    await button('Save').click();
    const theirs = form().getByRole('table');
    await theirs.getByRole('row', { name: /Text movement noise/ }).waitFor();
    await theirs.getByRole('row', { name: /Code.* V the same/ }).waitFor();
    await expectAccessible(page);
    await button('Save mine').click();
    await form().waitFor({ state: 'detached' });
    expect((await marks())[0]).to.include({ text: 'noise', code: 'V', version: 3 });

    // What this form does not show is no conflict, nor is the same mark that was stored before.
    await page.getByRole('button', { name: 'Edit the mark' }).click();
    await field('Text').fill('tremor');
    expect(await change(mark, { text: 'tremor' })).to.equal(200);
    await saved();
    expect((await marks())[0]).to.include({ text: 'tremor', version: 4 });
  });

  it('are sent again by themselves when the line is back, and nothing that was typed is lost', async () => {
    await make({ at: 3, text: 'artefact' });
    await edit();
    await field('Text').fill('noise');
    await page.context().setOffline(true);
    await button('Save').click();
    await form().getByRole('button', { name: 'Try again' }).waitFor();
    await expectAccessible(page);
    expect(await field('Text').inputValue()).to.equal('noise');
    await page.context().setOffline(false);
    await form().waitFor({ state: 'detached' });
    expect((await marks())[0]).to.include({ text: 'noise', version: 2 });

    await page.getByRole('button', { name: 'Edit the mark' }).click();
    await field('Text').fill('kept over a reload');
    await edit();
    expect(await field('Text').inputValue()).to.equal('kept over a reload');
    await button('Discard it').click();
    expect(await field('Text').inputValue()).to.equal('noise');
  });

  it('are made once, also when the answer to the first attempt is lost', async () => {
    await make({ at: 3, text: 'first' });
    await opened();
    await page.getByText('Add a mark').click();
    await page.getByLabel('Text').fill('second');
    await page.getByLabel('Time', { exact: true }).fill('5');
    let losses = 0;
    await page.route('**/annotations', async (route) => {
      if (route.request().method() !== 'POST' || losses > 0) return route.fallback();
      losses += 1;
      await route.fetch();
      return route.abort();
    });
    await button('Add the mark').click();
    await button('Try again').waitFor();
    expect(await page.getByLabel('Text').inputValue()).to.equal('second');
    await button('Try again').click();
    await page.locator('.own-marks').getByText('second').waitFor();
    await page.unroute('**/annotations');
    expect(losses).to.equal(1);
    expect((await marks()).map(({ text }: { text: string }) => text)).to.deep.equal(['first', 'second']);
    expect(await page.getByLabel('Text').inputValue()).to.equal('');

    // Without a line, the measurement follows as soon as it is back.
    await ofViewer(
      page,
      `viewer.setCaliper({ kind: 'time', channel: 1, a: viewer.pointAt(1, 1), b: viewer.pointAt(1, 1.8), active: 'b',
        isMarching: false })`,
    );
    await page.context().setOffline(true);
    await button('Keep as RR').click();
    await button('Try again').waitFor();
    await page.context().setOffline(false);
    await page.locator('.own-marks').getByText('RR 800 ms').waitFor();
    await until(page, 'leadwire.viewer.events.marks.value.length === 3');
    expect(await marks()).to.have.lengthOf(3);
  });

  it('that could not be sent are sent as they were corrected meanwhile, and not as they were, too', async () => {
    await show(page, id);
    await page.getByRole('tab', { name: 'Marks' }).click();
    await page.getByText('Add a mark').click();
    await page.getByLabel('Text').fill('artefakt');
    await page.context().setOffline(true);
    await button('Add the mark').click();
    await button('Try again').waitFor();
    await page.getByLabel('Text').fill('artefact');
    await page.context().setOffline(false);
    await button('Add the mark').click();
    await page.locator('.own-marks').getByText('artefact').waitFor();
    expect((await marks()).map(({ text }: { text: string }) => text)).to.deep.equal(['artefact']);
  });

  it('that were changed elsewhere are not deleted unseen', async () => {
    const mark = await make({ at: 3, text: 'artefact' });
    await opened();
    expect(await change(mark, { text: 'movement' })).to.equal(200);
    await page.getByRole('button', { name: 'Delete the mark' }).click();
    await button('Delete').click();
    await page.locator('dialog .notice.error').waitFor();
    await button('Cancel').click();
    await page.locator('.own-marks').getByText('movement').waitFor();
    await page.getByRole('button', { name: 'Delete the mark' }).click();
    await button('Delete').click();
    await page.locator('.own-marks li').waitFor({ state: 'detached' });
  });

  it('that were deleted elsewhere are not listed any more when their form is closed', async () => {
    const mark = await make({ at: 3, text: 'artefact' });
    await edit();
    await field('Text').fill('movement');
    await call(web.test, 'DELETE', `/ecgs/${id}/annotations/${mark}`, { token: web.test.clinician.token });
    await button('Save').click();
    await form().getByText('It does not exist').waitFor();
    expect(await field('Text').inputValue()).to.equal('movement');
    await button('Cancel').click();
    await page.locator('.own-marks li').waitFor({ state: 'detached' });
  });

  it('are edited in Portuguese, with what the service refuses', async () => {
    await make({ at: 3, text: 'artefato' });
    const other = await web.open(`/recordings/${id}`, { as: web.test.clinician, language: 'pt' });
    await other.getByRole('tab', { name: 'Marcas' }).click();
    await other.getByRole('button', { name: 'Editar a marca' }).click();
    const editing = other.getByRole('form', { name: 'Editar a marca' });
    await editing.getByLabel('Código').fill('não é');
    await editing.getByRole('button', { name: 'Salvar' }).click();
    await editing.getByText('precisa ter de 1 a 16 caracteres visíveis, sem acentos nem espaços').waitFor();
    await editing.getByLabel('Código').fill('');
    await editing.getByLabel('Texto').fill('');
    await editing.getByRole('button', { name: 'Salvar' }).click();
    await editing.getByText('precisa ficar com um código, um texto ou uma medida').waitFor();
    await expectAccessible(other);
    await other.context().close();
  });
});
