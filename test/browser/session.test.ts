/** Sessions and the account page in a real browser. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { call } from '../support/http.ts';
import { expectAccessible, isTooWide, logInOn, webTests, type WebUnderTest } from '../support/web.ts';

const MINUTES = 60_000;

/** The account page of a clinician, with a clock that the test moves. */
async function withClock(web: WebUnderTest): Promise<Page> {
  const page = await web.tab(await web.browse());
  await page.clock.install();
  await page.goto('/account');
  await logInOn(page, web.test.clinician);
  return page;
}

describe('a session in the browser', function () {
  const web = webTests(this);

  it('is asked for by a new visitor without an error in the console', async () => {
    const page = await web.tab(await web.browse());
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    const asked = page.waitForResponse('**/auth/session/refresh');
    await page.goto('/');
    expect((await asked).status()).to.equal(204);
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect(faults).to.deep.equal([]);
    await page.context().close();
  });

  it('begins with the right password only', async () => {
    const { email, password } = web.test.clinician;
    const page = await web.open('/account');
    await expectAccessible(page);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill('a wrong password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).to.match(/password/i);
    expect(await page.getByLabel('E-mail address').inputValue()).to.equal(email);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    expect(new URL(page.url()).pathname).to.equal('/account');
    await page.reload();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.context().close();
  });

  it('is the same in all tabs', async () => {
    const context = await web.browse();
    const [first, second] = [await web.tab(context), await web.tab(context)];
    await first.goto('/recordings');
    await second.goto('/account');
    await logInOn(first, web.test.clinician);
    await second.getByRole('heading', { name: 'Account' }).waitFor();
    await second.getByRole('button', { name: 'Log out' }).click();
    await first.getByRole('button', { name: 'Log in' }).waitFor();
    await context.close();
  });

  it('that was ended elsewhere asks for the password and keeps the page', async () => {
    const user = await web.test.newUser('clinician');
    const page = await web.open('/recordings?q=abc', { as: user });
    await page.getByText('No recording matches the filters.').waitFor();
    const { status } = await call(web.test, 'DELETE', '/auth/sessions', { token: user.token });
    expect(status).to.equal(204);
    await page.getByLabel('Lead', { exact: true }).selectOption('II');
    await page.getByText('Your session has ended. Log in again; the page is kept.').waitFor();
    await logInOn(page, user);
    await page.getByText('No recording matches the filters.').waitFor();
    expect(new URL(page.url()).search).to.equal('?q=abc&lead=II');
    await page.context().close();
  });

  it('that ends loses nothing of what was typed', async () => {
    const user = await web.test.newUser('clinician');
    const page = await web.open('/account', { as: user });
    await page.getByLabel('New password', { exact: true }).fill('typed before');
    await call(web.test, 'DELETE', '/auth/sessions', { token: user.token });
    await page.getByLabel('Present password').fill(user.password);
    await page.getByLabel('New password again').fill('typed before');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your session has ended. Log in again; the page is kept.').waitFor();
    // Another request finds the same, and changes nothing.
    const again = page.waitForResponse('**/auth/session/refresh');
    await page.evaluate("document.querySelector('.account form').requestSubmit()");
    expect((await again).status()).to.equal(401);
    await expectAccessible(page);
    await logInOn(page, user);
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).to.equal('typed before');
    await page.context().close();
  });

  it('warns when nothing is done, goes on if wanted, and ends if not', async () => {
    const page = await withClock(web);
    await page.clock.runFor(29.5 * MINUTES);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await expectAccessible(page);
    const renewed = page.waitForResponse('**/auth/session/refresh');
    await page.getByRole('button', { name: 'Stay logged in' }).click();
    expect((await renewed).status()).to.equal(200);
    await page.clock.runFor(MINUTES);
    expect(await page.getByRole('dialog').count()).to.equal(0);
    const ended = page.waitForRequest((request) => request.method() === 'DELETE');
    await page.clock.runFor(30 * MINUTES);
    await page.getByText('Your session has ended.').waitFor();
    await (await ended).response();
    await page.reload();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.context().close();
  });

  it('shows the pages of the own role only', async () => {
    const page = await web.open('/recordings', { as: web.test.admin });
    await page.getByText('Your role does not include this page.').waitFor();
    expect(await page.getByRole('navigation').first().getByRole('link', { name: 'Recordings' }).count()).to.equal(0);
    await page.context().close();
  });
});

describe('a session that ends although it is used', function () {
  const web = webTests(this, { sessionSeconds: 600 });

  it('is announced until it ends, and then asks for the password and keeps the page', async () => {
    const page = await withClock(web);
    const warning = page.getByText(/^The session is old and ends in 5 minutes/);
    await page.clock.runFor(4.9 * MINUTES);
    expect(await warning.count()).to.equal(0);
    await page.getByLabel('Present password').fill('typed before');
    await page.clock.runFor(0.2 * MINUTES);
    await warning.waitFor();
    await expectAccessible(page);
    await page.clock.runFor(MINUTES);
    expect(await warning.count(), 'it stays').to.equal(1);
    const ended = page.waitForRequest((request) => request.method() === 'DELETE');
    await page.clock.runFor(4 * MINUTES);
    await page.getByText('Your session has ended. Log in again; the page is kept.').waitFor();
    expect((await (await ended).response())?.status()).to.equal(204);
    expect(await warning.count()).to.equal(0);
    await logInOn(page, web.test.clinician);
    expect(await page.getByLabel('Present password').inputValue()).to.equal('typed before');
    await page.context().close();
  });
});

describe('a session of thirty days', function () {
  const web = webTests(this, { sessionSeconds: 2_592_000 });

  it('does not end at once', async () => {
    const page = await withClock(web);
    await page.clock.runFor(MINUTES);
    expect(await page.locator('.entrance').count()).to.equal(0);
    await page.context().close();
  });
});

const theme = (page: Page): Promise<string> => page.evaluate<string>('document.documentElement.dataset.theme');

describe('the account page', function () {
  const web = webTests(this);

  it('keeps language, appearance and the size of the screen in this browser', async () => {
    const page = await web.open('/account', { as: web.test.clinician });
    await page.getByRole('table').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Appearance', { exact: true }).selectOption('dark');
    expect(await theme(page)).to.equal('dark');
    await expectAccessible(page);
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    const width = await page.evaluate<number>("document.querySelector('.bank-card').offsetWidth");
    await page.getByRole('button', { name: 'Use this size' }).click();
    await page.getByText('Measured: the paper is drawn at its real size.').waitFor();
    await page.getByLabel('Language').selectOption('pt');
    await page.getByRole('heading', { name: 'Conta' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Conta' }).waitFor();
    expect(await theme(page)).to.equal('dark');
    expect(await page.evaluate<string>('document.documentElement.lang')).to.equal('pt-BR');
    expect(await page.locator('.bank-card').textContent()).to.equal('85,6 mm');
    const kept = await page.evaluate<number>("JSON.parse(localStorage.getItem('leadwire-preferences')).pixelsPerMm");
    expect(kept * 85.6).to.be.closeTo(width, 1);
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await isTooWide(page)).to.equal(false);
    await page.context().close();
  });

  it('shows where the user is logged in, and ends it there', async () => {
    const user = await web.test.newUser('clinician');
    const elsewhere = await web.open('/recordings', { as: user });
    const page = await web.open('/account', { as: user });
    await page.getByRole('row').nth(2).waitFor();
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByText('You are logged in nowhere else.').waitFor();
    expect(await page.getByRole('row').count()).to.equal(2);
    await elsewhere.reload();
    await elsewhere.getByRole('button', { name: 'Log in' }).waitFor();
    await elsewhere.context().close();
    await page.context().close();
  });

  it('changes the password, which ends all other sessions, and the user stays logged in', async () => {
    const user = await web.test.newUser('clinician');
    const elsewhere = await web.open('/recordings', { as: user });
    const page = await web.open('/account', { as: user });
    const submit = page.getByRole('button', { name: 'Change the password' });
    await page.getByLabel('Present password').fill('not the password');
    await page.getByLabel('New password', { exact: true }).fill('another good one');
    await page.getByLabel('New password again').fill('another good one!');
    await submit.click();
    await page.getByText('The two new passwords differ.').waitFor();
    await page.getByLabel('New password again').fill('another good one');
    await submit.click();
    await page.getByText('is not your password').waitFor();
    expect(await page.getByLabel('New password', { exact: true }).inputValue()).to.equal('another good one');
    await page.getByLabel('Present password').fill(user.password);
    await page.route('**/auth/password', async (route) => route.abort());
    await submit.click();
    await page.getByText('the new password may or may not be set').waitFor();
    await page.unroute('**/auth/password');
    await submit.click();
    await page.getByText('The password is changed. All your other sessions are ended.').waitFor();
    await page.getByText('You are logged in nowhere else.').waitFor();
    expect(await page.getByLabel('Present password').inputValue()).to.equal('');
    await page.reload();
    await page.getByRole('heading', { name: 'Account' }).waitFor();
    await elsewhere.reload();
    await logInOn(elsewhere, { email: user.email, password: 'another good one' });
    await elsewhere.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
    await elsewhere.context().close();
    await page.context().close();
  });
});
