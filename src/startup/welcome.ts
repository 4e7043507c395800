/** The text that a newcomer reads after the start: which address to open and how to log in. */
import type { AddressInfo } from 'node:net';
import { type Config, DEMO_EMAIL, type LoadedConfig, type PasswordSource } from './config.ts';
import { secretsFile } from './secrets.ts';

/** The address to open in a browser on this machine. */
export function openAt({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The text for the terminal. It contains a generated password until that has been shown once. */
export function welcome(url: string, { config, passwordSources }: LoadedConfig): string {
  const accounts = [
    account('Admin', config.firstSuperuser, config.firstSuperuserPassword, passwordSources.admin, config),
    account('Demo clinician', DEMO_EMAIL, config.demoPassword, passwordSources.demo, config),
  ].filter((line) => line !== null);
  return [
    '',
    `Leadwire listens on ${url}`,
    '',
    `  Web application ${url}`,
    `  API pages       ${url}/docs`,
    ...accounts,
    ...(showsPasswords(passwordSources)
      ? [`  Passwords are shown only now, and are kept in ${secretsFile(config.dataDir)}`]
      : []),
    ...(accounts.length > 0 ? [] : ['  Create admin    npm run create-admin']),
    '',
    `  Log in          ${loginLine(url, { config, passwordSources })}`,
    '  Stop            Ctrl-C',
    '',
    '',
  ].join('\n');
}

/** Whether the welcome shows passwords that have not been shown before. */
export const showsPasswords = (sources: LoadedConfig['passwordSources']): boolean =>
  Object.values(sources).includes('new');

function account(
  title: string,
  email: string,
  password: string | null,
  source: PasswordSource,
  config: Config,
): string | null {
  if (source === null) return null;
  const shown = {
    new: `password ${password}`,
    kept: `password in ${secretsFile(config.dataDir)}, unless changed since`,
    set: 'password as you set it',
  }[source];
  return `  ${title.padEnd(16)}${email}, ${shown}`;
}

/** Suggests the demo clinician if there is one, since an admin may not see recordings. */
function loginLine(url: string, { config, passwordSources }: LoadedConfig): string {
  const [email, password, source] = passwordSources.demo
    ? [DEMO_EMAIL, config.demoPassword, passwordSources.demo]
    : [config.firstSuperuser, config.firstSuperuserPassword, passwordSources.admin];
  return (
    `curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d ` +
    `'{"email":"${email}","password":"${source === 'new' ? password : '…'}"}'`
  );
}
