/** Uploads in a real browser: dropped, paused, given up, refused, and continued after a log-in. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Principal } from '../support/app.ts';
import { isFirefox } from '../support/browser.ts';
import { call } from '../support/http.ts';
import { recordingsDir } from '../support/recordings.ts';
import { beatsFile, recordingFile } from '../unit/formats/ishne/files.ts';
import { drop, expectAccessible, logInOn, webTests } from '../support/web.ts';

/** A recording in JSON. */
const recording = (name: string, more: object = {}): string =>
  JSON.stringify({
    id: name,
    samplingRate: 500,
    leads: [{ name: 'II', signal: Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1)) }],
    ...more,
  });

/** A recording with fewer samples than it says. */
const short = JSON.stringify({ leads: [{ name: 'II', number_of_samples: 5, signal: [1, -1, 2] }] });

describe('an upload in the browser', function () {
  const web = webTests(this);
  const chunks = '**/api/v1/uploads/*';

  /** The list of a clinician without recordings, once it takes files. */
  async function emptyList(as?: Principal): Promise<Page> {
    const page = await web.open('/recordings', { as: as ?? (await web.test.newUser('clinician')) });
    await page.getByRole('heading', { name: 'No recordings yet' }).waitFor();
    return page;
  }

  /** A page on which no file gets through until `free` is called. */
  async function held(): Promise<{ page: Page; free: () => Promise<void>; token: string }> {
    const user = await web.test.newUser('clinician');
    const page = await emptyList(user);
    await page.route(chunks, (route) => (route.request().method() === 'PATCH' ? route.abort() : route.fallback()));
    return { page, free: () => page.unroute(chunks), token: user.token };
  }

  it('begins when files are dropped anywhere on the page', async () => {
    const page = await emptyList();
    await drop(page, { 'one.json': recording('one'), 'two.json': recording('two'), 'README.md': 'nothing' });
    await page.getByText('2 of 2 done').waitFor();
    await page.getByText('1 file left out, since not an ECG: README.md').waitFor();
    await page.locator('.recordings tbody tr').nth(1).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('takes a whole folder, and keeps records of equal names in its folders apart', async function () {
    // Only the protocol of Chromium can drop what is on the disk.
    if (isFirefox) this.skip();
    const user = await web.test.newUser('clinician');
    const folder = await mkdtemp(join(tmpdir(), 'leadwire-drop-'));
    try {
      const places = ['', 'monday', join('monday', 'evening')];
      for (const [i, place] of places.entries()) {
        await mkdir(join(folder, place), { recursive: true });
        const samples = Int16Array.from({ length: 500 }, (_, at) => (at % (10 + i) < 5 ? 100 : -100));
        const header = 'rec 1 250 500\nrec.dat 16 1000/mV 16 0 0 0 0 II\n';
        await writeFile(join(folder, place, 'rec.hea'), header);
        await writeFile(join(folder, place, 'rec.dat'), samples);
      }
      await writeFile(join(folder, 'README.md'), 'nothing');
      const page = await web.open('/recordings', { as: user });
      await page.getByRole('heading', { name: 'No recordings yet' }).waitFor();
      const desktop = await page.context().newCDPSession(page);
      const data = { items: [], files: [folder], dragOperationsMask: 1 };
      const send = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<unknown> =>
        desktop.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
      await send('dragEnter');
      await send('dragOver');
      await page.getByText('Drop').first().waitFor();
      await send('drop');
      await page.getByText('3 of 3 done').waitFor();
      await page.getByText('1 file left out, since not an ECG: README.md').waitFor();
      await page.locator('.recordings tbody tr').nth(2).waitFor();
      const { json } = await call(web.test, 'GET', '/ecgs?view=short', { token: user.token });
      const counts = json.items.map(({ leads }: { leads: { zeroCrossings: number }[] }) => leads[0]?.zeroCrossings);
      expect(counts.toSorted((a: number, b: number) => a - b)).to.deep.equal([83, 90, 99]);
      await page.context().close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is paused, resumed and given up', async () => {
    const { page, free, token } = await held();
    await drop(page, { 'one.json': recording('one'), 'two.json': recording('two') });
    await page.getByText('no connection; goes on by itself').nth(1).waitFor();
    await page.getByRole('button', { name: 'Pause: one.json' }).click();
    await page.locator('.uploads').getByText('paused').waitFor();
    await page.getByRole('button', { name: 'Cancel: two.json' }).click();
    await page.getByText('two.json').waitFor({ state: 'detached' });
    await free();
    await page.getByRole('button', { name: 'Resume: one.json' }).click();
    await page.getByText('1 of 1 done').waitFor();
    const { json } = await call(web.test, 'GET', '/ecgs', { token });
    expect(json.items.map(({ externalId }: { externalId: string }) => externalId)).to.deep.equal(['one']);
    await page.context().close();
  });

  it('goes on while other pages are read, and after another log-in', async () => {
    const { page, free, token } = await held();
    await drop(page, { 'one.json': recording('one') });
    await page.getByText('no connection; goes on by itself').waitFor();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    const { json } = await call(web.test, 'GET', '/auth/me', { token });
    await call(web.test, 'DELETE', '/auth/sessions', { token });
    await page.getByText('Your session has ended. Log in again; the page is kept.').waitFor();
    await free();
    await logInOn(page, { email: json.email as string, password: web.test.clinician.password });
    await page.getByText('1 of 1 done').waitFor();
    await page.context().close();
  });

  it('of what is there already leads to the present recording, and keeps both if wanted', async () => {
    const user = await web.test.newUser('clinician');
    const page = await emptyList(user);
    const text = recording('x', { id: undefined, notes: 'the first' });
    await drop(page, { 'first.json': text });
    await page.getByText('1 of 1 done').waitFor();
    const { json } = await call(web.test, 'GET', '/ecgs', { token: user.token });
    await drop(page, { 'second.json': text.replace('the first', 'the second') });
    const there = page.getByRole('link', { name: 'Open the one you have' });
    await there.waitFor();
    expect(await there.getAttribute('href')).to.equal(`/recordings/${json.items[0].id}`);
    await page.getByRole('button', { name: 'Keep both: second.json' }).click();
    await page.locator('.recordings tbody tr').nth(1).waitFor();
    await drop(page, { 'again.json': text });
    await page.getByText('you already had this recording').waitFor();
    await page.context().close();
  });

  it('leads to the present recording in Portuguese, too, and says why a file is refused', async () => {
    const user = await web.test.newUser('clinician');
    const page = await web.open('/recordings', { as: user, language: 'pt' });
    await page.getByRole('heading', { name: 'Ainda não há registros' }).waitFor();
    const text = recording('x', { id: undefined, notes: 'the first' });
    await drop(page, { 'first.json': text });
    await page.getByText('1 de 1 prontos').first().waitFor();
    await drop(page, { 'second.json': text.replace('the first', 'the second'), 'short.json': short });
    await page.getByRole('link', { name: 'Abrir o que você tem' }).waitFor();
    await page.getByText('O serviço diz, em inglês:').waitFor();
    expect(await page.locator('.uploads [lang=en]').textContent()).to.include('number_of_samples');
    await expectAccessible(page);
    await page.context().close();
  });

  it('takes an ISHNE recording with its annotations, and waits for the one without', async () => {
    const user = await web.test.newUser('clinician');
    const page = await emptyList(user);
    const frames = Array.from({ length: 2000 }, (_, i) => [i % 9, i % 5]);
    const beats = beatsFile({ beats: [['N', 100]], rate: 200 });
    const files = { 'one.ecg': recordingFile({ frames, rate: 200 }), 'one.ann': beats, 'two.ann': beats };
    await drop(page, files);
    await page.locator('.uploads').getByText('1 of 2 done').waitFor();
    await page.getByText('Missing: two.ecg. Add these files, too.').waitFor();
    const [ecg] = (await call(web.test, 'GET', '/ecgs', { token: user.token })).json.items;
    expect(ecg.annotations).to.equal(1);
    await drop(page, { 'two.ecg': recordingFile({ frames: frames.slice(5), rate: 200 }) });
    await page.locator('.uploads').getByText('2 of 2 done').waitFor();
    await page.context().close();
  });

  it('of a file with several recordings names the part of each', async function () {
    const folder = recordingsDir() ?? this.skip();
    const page = await emptyList();
    await drop(page, { 'chart.xml': await readFile(join(folder, 'muse', 'synthetic_muse.xml')) });
    await page.getByRole('link', { name: 'chart.xml: Open recording 1 (rhythm)' }).waitFor();
    await page.getByRole('link', { name: 'chart.xml: Open recording 2 (median beat)' }).waitFor();
    await page.context().close();
  });

  it('of no ECG cannot be tried again, and does not come back when the page is read anew', async () => {
    const page = await emptyList();
    const isRemoved = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await drop(page, { 'note.xml': '<note/>' });
    await page.locator('.uploads').getByText('This is no ECG that can be read.').waitFor();
    await isRemoved;
    expect(await page.getByRole('button', { name: 'Try again: note.xml' }).count()).to.equal(0);
    const known = page.waitForResponse((answer) => /\/uploads(\?|$)/.test(answer.url()));
    await page.reload();
    expect((await (await known).json()).items).to.deep.equal([]);
    await page.context().close();
  });

  it('that was refused is taken away with the finished ones, also from the service', async () => {
    const page = await emptyList();
    const text = recording('x', { id: undefined, notes: 'the first' });
    await drop(page, { 'first.json': text });
    await page.getByText('1 of 1 done').waitFor();
    await drop(page, { 'second.json': text.replace('the first', 'the second') });
    await page.getByRole('link', { name: 'Open the one you have' }).waitFor();
    const isRemoved = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await page.getByRole('button', { name: 'Clear the finished ones' }).click();
    await isRemoved;
    await page.locator('.uploads').waitFor({ state: 'detached' });
    await page.context().close();
  });
});
