/** There is always an active admin, even if several remove each other at the same time. */
import { expect } from 'chai';
import { userModel } from '../../../src/users/model.ts';
import { type Principal, startTestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

describe('the last active admin', () => {
  const ROUNDS = 12;
  const WAYS: [string, object?][] = [['PATCH', { role: 'clinician' }], ['PATCH', { isActive: false }], ['DELETE']];

  it('is kept when two admins remove each other at the same time, in whatever way, however often', async function () {
    this.timeout(60_000);
    const own = await startTestApp();
    const refusals = new Set<string>();
    try {
      let survivor: Principal = own.admin;
      for (let round = 0; round < ROUNDS; round += 1) {
        const rival = await own.newUser('admin');
        // Both are known to the service, so that each is still taken for an admin when the requests arrive together.
        await Promise.all([survivor, rival].map((admin) => callApp(own, 'GET', '/auth/me', { token: admin.token })));
        const [method, body] = WAYS[round % WAYS.length] ?? ['DELETE'];
        const attack = (by: Principal, on: Principal): Promise<Answer> =>
          callApp(own, method, `/users/${on.id}`, { token: by.token, ...(body && { body }) });
        const [one, two] = await Promise.all([attack(survivor, rival), attack(rival, survivor)]);
        const [winner, loser, refusal] = one.status < 300 ? [survivor, rival, two] : [rival, survivor, one];
        expect(Math.min(one.status, two.status), `round ${round}`).to.be.below(300);
        expect([401, 403, 409], `round ${round}: ${refusal.text}`).to.include(refusal.status);
        refusals.add(refusal.json.code);
        expect(
          await userModel(own.database).countDocuments({ role: 'admin', isActive: true }),
          `round ${round}`,
        ).to.equal(1);
        expect((await callApp(own, 'GET', `/users/${winner.id}`, { token: winner.token })).json).to.include({
          role: 'admin',
          isActive: true,
        });
        expect((await callApp(own, 'GET', '/users', { token: loser.token })).status).to.be.oneOf([401, 403]);
        survivor = winner;
      }
    } finally {
      await own.close();
    }
    // Otherwise the requests never overlapped and nothing was shown.
    expect(refusals).to.include('last-admin');
  });

  it('is kept when ten admins remove each other in a circle', async function () {
    this.timeout(60_000);
    const own = await startTestApp();
    try {
      const admins = [own.admin];
      while (admins.length < 10) admins.push(await own.newUser('admin'));
      const circle = admins.map((admin, index) =>
        callApp(own, 'PATCH', `/users/${admins[(index + 1) % admins.length]?.id}`, {
          token: admin.token,
          body: { isActive: false },
        }),
      );
      const answers = await Promise.all(circle);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).to.deep.equal([]);
      expect(await userModel(own.database).countDocuments({ role: 'admin', isActive: true })).to.be.at.least(1);
    } finally {
      await own.close();
    }
  });
});
