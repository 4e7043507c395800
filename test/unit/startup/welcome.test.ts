/** The text that is shown after the start. */
import { expect } from 'chai';
import { type PasswordSource, readConfig } from '../../../src/startup/config.ts';
import { openAt, welcome } from '../../../src/startup/welcome.ts';

const config = readConfig({}, () => ({
  secretKey: 'k'.repeat(40),
  adminPassword: 'password-of-admin',
  demoPassword: 'password-of-demo',
}));
const text = (admin: PasswordSource, demo: PasswordSource): string =>
  welcome('http://127.0.0.1:3000', { config, passwordSources: { admin, demo } });

describe('the welcome', () => {
  it('shows newly generated passwords, and the command that logs the clinician in', () => {
    expect(text('new', 'new'))
      .to.match(/Web application http:\/\/127\.0\.0\.1:3000\n/)
      .and.contain('http://127.0.0.1:3000/docs')
      .and.contain('admin@leadwire.example, password password-of-admin')
      .and.contain(`-d '{"email":"demo@leadwire.example","password":"password-of-demo"}'`)
      .and.contain('shown only now');
  });

  for (const source of ['kept', 'set'] as const) {
    it(`does not show a password that was ${source}`, () => expect(text(source, source)).not.to.contain('password-of'));
  }

  it('says where stored passwords are', () => expect(text('kept', 'kept')).to.match(/password in .*secrets\.json/));

  it('logs the admin in if there is no demo', () =>
    expect(text('new', null)).to.contain(`"email":"admin@leadwire.example","password":"password-of-admin"`));

  it('says how to create an admin if none is provisioned', () =>
    expect(text(null, null)).to.contain('npm run create-admin'));

  it('names an address that a browser can open', () => {
    expect(openAt({ address: '0.0.0.0', port: 80 })).to.equal('http://localhost:80');
    expect(openAt({ address: '::', port: 80 })).to.equal('http://localhost:80');
    expect(openAt({ address: '::1', port: 3000 })).to.equal('http://[::1]:3000');
    expect(openAt({ address: '127.0.0.1', port: 3000 })).to.equal('http://127.0.0.1:3000');
  });
});
