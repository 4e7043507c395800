/** Users that the service creates at its start if they do not exist. */
import { expect } from 'chai';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { logIn, startTestApp, type TestApp } from '../../support/app.ts';

describe('a user who must exist', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const wanted = {
    email: 'First@Clinic.Example',
    fullName: 'First',
    role: 'admin',
    password: 'first password',
  } as const;

  it('is created once, also when two instances start together, and then left unchanged', async () => {
    const both = await Promise.all([ensureUser(app.database, wanted), ensureUser(app.database, wanted)]);
    expect(both.map(({ created }) => created)).to.have.members([false, true]);
    expect(both[0].id).to.equal(both[1].id);
    expect(await ensureUser(app.database, { ...wanted, role: 'clinician', password: 'other password' })).to.deep.equal({
      id: both[0].id,
      created: false,
    });
    expect(await logIn(app.url, 'first@clinic.example', 'first password')).to.be.a('string');
  });

  it('is not created from invalid values', async () => {
    for (const wrong of [{ email: 'none' }, { password: 'short' }, { password: 'wrong@clinic.example' }]) {
      const refusal = await ensureUser(app.database, { ...wanted, email: 'wrong@clinic.example', ...wrong }).catch(
        (error: Error) => error.name,
      );
      expect(refusal).to.equal('InvalidUser');
    }
  });
});
