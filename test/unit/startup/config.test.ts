/** The configuration: defaults, secrets, mistakes and documentation. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { ConfigError, DEMO_EMAIL, type Environment, readConfig } from '../../../src/startup/config.ts';
import type { Secrets } from '../../../src/startup/secrets.ts';
import { envExample, limitsTable } from '../../../src/startup/settings-text.ts';
import { SETTINGS } from '../../../src/startup/settings.ts';

const KEPT: Secrets = {
  secretKey: 'k'.repeat(64),
  adminPassword: 'kept-for-the-admin',
  demoPassword: 'kept-for-the-demo',
};
const KEY = 's'.repeat(32);

const refuse = (): never => {
  throw new Error('asked');
};

const mistakesOf = (env: Environment): readonly string[] => {
  try {
    readConfig(env, () => KEPT);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
};

const read = (env: Record<string, string>) => readConfig(env, () => KEPT);
const originsOf = (CORS_ORIGINS: string) => readConfig({ CORS_ORIGINS }, () => KEPT).corsOrigins;
const trustedBy = (TRUST_PROXY: string) => read({ TRUST_PROXY }).trustProxy;

describe('the configuration', () => {
  describe('without any setting', () => {
    const config = readConfig({}, () => KEPT);

    it('listens on loopback with the embedded database', () => {
      expect(config).to.include({
        host: '127.0.0.1',
        port: 3000,
        dataDir: resolve('.data'),
        mongodbUri: null,
        trustProxy: 0,
      });
    });

    it('uses the generated secrets', () => {
      expect(config).to.include({
        secretKey: KEPT.secretKey,
        firstSuperuserPassword: KEPT.adminPassword,
        demoPassword: KEPT.demoPassword,
      });
    });

    it('loads the demo and the directory', () => expect(config).to.include({ loadDemo: true, loadDirectory: true }));

    it('has every limit at its default', () => {
      expect(config.limits).to.deep.equal({
        maxUploadBytes: 2 ** 30,
        maxParallelUploads: 8,
        maxParallelReads: 8,
        maxPendingUploads: 100,
        maxPendingUploadBytes: 2 ** 32,
        uploadLifetimeSeconds: 86_400,
        maxEventStreams: 16,
        minFreeDiskBytes: 2 ** 29,
        maxChannels: 256,
        maxNameLength: 200,
        maxMetadataBytes: 2 ** 20,
        maxFormParts: 5_000,
        maxDepth: 32,
        maxSamplesPerAnswer: 1_000_000,
        maxImportFailures: 100_000,
        maxPageSize: 200,
        uploadIdleMs: 30_000,
        readStallMs: 30_000,
        instanceSilenceMs: 60_000,
      });
      expect(config).to.include({
        rateLimit: 6000,
        loginFailures: 10,
        loginFailuresPerAddress: 100,
        accessTokenSeconds: 3600,
        clinicTimezone: 'UTC',
        logLevel: 'info',
      });
    });

    it('takes an empty value as not set', () => {
      expect(readConfig({ PORT: '', SECRET_KEY: ' ', LOAD_DEMO: '' }, () => KEPT)).to.deep.equal(config);
    });
  });

  it('prefers set values to generated ones', () => {
    const config = readConfig(
      {
        SECRET_KEY: KEY,
        FIRST_SUPERUSER: 'Boss@Clinic.example',
        FIRST_SUPERUSER_PASSWORD: 'chosen by hand',
        RATE_LIMIT: 'off',
      },
      () => KEPT,
    );
    expect(config).to.include({
      secretKey: KEY,
      firstSuperuser: 'boss@clinic.example',
      firstSuperuserPassword: 'chosen by hand',
      demoPassword: KEPT.demoPassword,
      rateLimit: null,
    });
  });

  it('can switch off the rate limit and the protection of log-ins separately', () => {
    expect(read({ RATE_LIMIT: 'off' })).to.include({
      rateLimit: null,
      loginFailures: 10,
      loginFailuresPerAddress: 100,
    });
    expect(read({ MAX_LOGIN_FAILURES: 'off' })).to.include({
      rateLimit: 6000,
      loginFailures: null,
      loginFailuresPerAddress: 100,
    });
    expect(read({ MAX_LOGIN_FAILURES_PER_ADDRESS: 'off' })).to.include({
      loginFailures: 10,
      loginFailuresPerAddress: null,
    });
  });

  it('does not read stored secrets if all are set', () => {
    const all = { SECRET_KEY: KEY, FIRST_SUPERUSER_PASSWORD: 'chosen by hand', LOAD_DEMO: 'false' };
    expect(readConfig(all, refuse)).to.include({ secretKey: KEY, loadDemo: false, demoPassword: null });
  });

  it('does not read stored secrets if there is a mistake', () => {
    expect(() => readConfig({ PORT: 'x' }, refuse)).to.throw(ConfigError);
  });

  for (const host of ['localhost', '::1', '127.0.0.1', '127.8.9.1']) {
    it(`generates secrets on ${host}`, () => expect(mistakesOf({ HOST: host })).to.deep.equal([]));
  }

  describe('if secrets cannot be generated', () => {
    const uri = { MONGODB_URI: 'mongodb://db.example/leadwire' };

    for (const host of ['0.0.0.0', '::', '192.168.1.7', 'clinic.example', '127.0.0.1.example', '1127.0.0.1']) {
      it(`refuses to start on ${host} without a secret key and without a password for the admin`, () => {
        expect(mistakesOf({ HOST: host }).map((mistake) => mistake.split(' ')[0])).to.deep.equal([
          'SECRET_KEY',
          'FIRST_SUPERUSER_PASSWORD',
        ]);
      });
    }

    it('refuses to start with a MONGODB_URI without a secret key', () => {
      expect(mistakesOf(uri)).to.have.length(1);
      expect(mistakesOf(uri)[0]).to.match(/^SECRET_KEY must be set with a MONGODB_URI: .*openssl rand/);
    });

    it('refuses a short secret key, even on loopback, and does not show it', () => {
      const [mistake, ...more] = mistakesOf({ SECRET_KEY: 'x'.repeat(31) });
      expect(more).to.deep.equal([]);
      expect(mistake)
        .to.match(/^SECRET_KEY must be 32 bytes or more but has 31/)
        .and.not.contain('xxx');
    });

    it('counts bytes, not characters, of the secret key', () =>
      expect(mistakesOf({ SECRET_KEY: 'é'.repeat(16) })).to.deep.equal([]));

    it('provisions no admin and loads neither demo nor directory by default', () => {
      expect(readConfig({ ...uri, SECRET_KEY: KEY }, () => KEPT)).to.include({
        firstSuperuserPassword: null,
        loadDemo: false,
        loadDirectory: false,
        demoPassword: null,
      });
    });

    it('loads the directory only if an admin is provisioned', () => {
      const wanted = { ...uri, SECRET_KEY: KEY, LOAD_DIRECTORY: 'true' };
      expect(readConfig({ ...wanted, FIRST_SUPERUSER_PASSWORD: 'chosen by hand' })).to.include({ loadDirectory: true });
      expect(mistakesOf(wanted).join()).to.match(
        /^FIRST_SUPERUSER_PASSWORD must be set with a MONGODB_URI when LOAD_DIRECTORY is on/,
      );
    });

    it('provisions an admin if address and password are set, and refuses an address without a password', () => {
      const named = { ...uri, SECRET_KEY: KEY, FIRST_SUPERUSER: 'boss@clinic.example' };
      expect(readConfig({ ...named, FIRST_SUPERUSER_PASSWORD: 'chosen by hand' })).to.include({
        firstSuperuserPassword: 'chosen by hand',
      });
      expect(mistakesOf(named).join()).to.match(/^FIRST_SUPERUSER_PASSWORD must be set together/);
    });

    it('requires a password for the demo if it is to be loaded', () => {
      expect(mistakesOf({ ...uri, SECRET_KEY: KEY, LOAD_DEMO: 'true' }).join()).to.match(/^DEMO_PASSWORD must be set/);
    });
  });

  it('accepts holidays in any order and removes duplicates, but only existing days', () => {
    expect(readConfig({}, () => KEPT).holidays).to.deep.equal([]);
    expect(readConfig({ HOLIDAYS: ' 2026-12-25, 2026-01-01,2026-12-25,' }, () => KEPT).holidays).to.deep.equal([
      '2026-01-01',
      '2026-12-25',
    ]);
    for (const wrong of ['2026-02-29', '25/12/2026', '2026-12-25;2026-01-01', 'Christmas']) {
      expect(mistakesOf({ HOLIDAYS: wrong })).to.deep.equal([
        `HOLIDAYS must be dates that exist, such as 2026-01-01,2026-12-25 (it is "${wrong}")`,
      ]);
    }
  });

  it('accepts other origins as browsers send them, and nothing else', () => {
    expect(readConfig({}, () => KEPT).corsOrigins).to.deep.equal([]);
    expect(originsOf('https://app.clinic.example, http://localhost:5173,http://localhost:5173')).to.deep.equal([
      'https://app.clinic.example',
      'http://localhost:5173',
    ]);
    for (const [wrong, why] of [
      ['*', '* is none'],
      ['null', 'null is none'],
      ['app.clinic.example', 'app.clinic.example is none'],
      ['ftp://a.b', 'ftp://a.b is none'],
      ['https://*.a.example', 'https://*.a.example is none'],
      ['https://a.example https://b.example', 'https://a.example https://b.example is none'],
      ['https://b.example,*', '* is none'],
      ['https://a.example/', 'https://a.example instead of https://a.example/'],
      ['https://a.example/b', 'https://a.example instead of https://a.example/b'],
      ['https://A.example:443', 'https://a.example instead of https://A.example:443'],
    ] as const)
      expect(mistakesOf({ CORS_ORIGINS: wrong }), wrong).to.deep.equal([
        'CORS_ORIGINS must be origins as browsers send them, such as https://app.clinic.example, separated by ' +
          `commas; ${why} (it is "${wrong}")`,
      ]);
  });

  it('trusts a number of proxies or given addresses, but never everybody', () => {
    expect([trustedBy('2'), trustedBy('no'), trustedBy('0')]).to.deep.equal([2, 0, 0]);
    expect(trustedBy('10.0.0.0/8, 192.0.2.7,2001:db8::/32')).to.deep.equal([
      '10.0.0.0/8',
      '192.0.2.7',
      '2001:db8::/32',
    ]);
    for (const wrong of [
      'true',
      'yes',
      '21',
      '-1',
      '10.0.0.0/33',
      '10.0.0/8',
      '::1/129',
      '10.0.0.1,',
      '10.0.0.1 10.0.0.2',
      'proxy.example',
      '10.0.0.0/8/8',
    ]) {
      expect(mistakesOf({ TRUST_PROXY: wrong })[0], wrong).to.match(
        /^TRUST_PROXY must be false, the number of proxies in front/,
      );
    }
  });

  describe('with mistakes', () => {
    it('reports all of them at once, each with its name, the reason and the value', () => {
      const mistakes = mistakesOf({
        PORT: '70000',
        LOG_LEVEL: 'loud',
        CLINIC_TIMEZONE: 'Mars/Olympus',
        MAX_UPLOAD_BYTES: '1GB',
        TRUST_PROXY: 'perhaps',
        RATE_LIMIT: '0',
        HOST: '-',
        LOAD_DEMO: 'constructor',
      });
      expect(mistakes).to.deep.equal([
        'HOST must be an IP address or a host name (it is "-")',
        'PORT must be a whole number from 0 to 65535 (it is "70000")',
        'LOAD_DEMO must be true or false (it is "constructor")',
        'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent (it is "loud")',
        'TRUST_PROXY must be false, the number of proxies in front (1 to 20), or their addresses and networks, ' +
          'such as 10.0.0.0/8,192.0.2.7 (it is "perhaps")',
        'RATE_LIMIT must be a whole number from 1 to 1000000000, or off (it is "0")',
        'CLINIC_TIMEZONE must be a time zone such as UTC or Europe/Berlin (it is "Mars/Olympus")',
        'MAX_UPLOAD_BYTES must be a whole number from 1 to 1000000000000000 (it is "1GB")',
      ]);
    });

    it('shows neither the address of the database nor a password', () => {
      const message = mistakesOf({
        MONGODB_URI: 'http://u:hunter2@x',
        SECRET_KEY: KEY,
        FIRST_SUPERUSER_PASSWORD: 'hunter2',
      }).join('\n');
      expect(message)
        .to.match(/^MONGODB_URI must begin with .*\nFIRST_SUPERUSER_PASSWORD must have/)
        .and.not.contain('hunter2');
    });
  });

  it('refuses an e-mail address as its own password', () => {
    expect(
      mistakesOf({
        FIRST_SUPERUSER: 'boss@clinic.example',
        FIRST_SUPERUSER_PASSWORD: 'Boss@clinic.example',
        DEMO_PASSWORD: DEMO_EMAIL,
      }),
    ).to.deep.equal([
      'FIRST_SUPERUSER_PASSWORD must not be the e-mail address',
      'DEMO_PASSWORD must not be the e-mail address',
    ]);
  });

  describe('in the documentation', () => {
    it('is in .env.example as in the table of settings (the file is the output of envExample)', () => {
      expect(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')).to.equal(envExample());
    });

    it('names every setting once, and nothing else', () => {
      const named = [...envExample().matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
      expect(named).to.deep.equal(Object.values(SETTINGS).map(({ name, fallback }) => [name, fallback]));
      expect(new Set(named.map(([name]) => name)).size).to.equal(named.length);
    });

    it('accepts every documented default', () => {
      const shown = Object.fromEntries(
        [...envExample().matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
      );
      expect(readConfig(shown, () => KEPT)).to.deep.equal(readConfig({}, () => KEPT));
    });

    it('has its limits in the README as in the table of settings (the section is the output of limitsTable)', () => {
      expect(readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')).to.contain(`\n${limitsTable()}\n`);
      expect(limitsTable())
        .to.contain('| `MAX_UPLOAD_BYTES` | 1,073,741,824 | Bytes of one upload. |')
        .and.contain('`RATE_LIMIT`');
    });
  });
});
