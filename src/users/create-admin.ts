/**
 * The command `npm run create-admin -- --email <address> [--name <full name>]`: creates an admin in the service's
 * database.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '../startup/command.ts';
import { readConfig } from '../startup/config.ts';
import { withDatabase } from '../database/for-command.ts';
import { migrate } from '../database/migrations.ts';
import { loadEnv } from '../startup/env-file.ts';
import { createLog, STDERR } from '../log/logger.ts';
import { untilAborted } from '../until-aborted.ts';
import { ensureUser } from './ensure-user.ts';
import { generatePassword } from './passwords.ts';

const USAGE =
  'Usage: npm run create-admin -- --email <address> [--name <full name>]\nThe password is prompted for, or ' +
  'read from the first line of the input. If it is empty, one is generated.';

await runCommand('No admin was created', async (signal) => {
  const { email, fullName } = readArguments();
  loadEnv();
  // The service generates secrets itself: it shows first passwords only if it has generated them.
  const config = readConfig(process.env, () => ({ secretKey: '', adminPassword: '', demoPassword: '' }));
  const given = await untilAborted(askPassword(), signal);
  const password = given === '' ? generatePassword() : given;

  const log = createLog(config, STDERR);
  await withDatabase({ config, log, signal }, async (database) => {
    await migrate(database, log);
    const { created } = await ensureUser(database, { email, password, fullName, role: 'admin' });
    if (!created) throw new CommandError(`The user ${email} already exists and was not changed.`);
  });
  process.stdout.write(
    `Created the admin ${email}.\n${given === '' ? `Password, shown only once: ${password}\n` : ''}`,
  );
});

function readArguments(): { email: string; fullName: string } {
  try {
    const { values } = parseArgs({
      options: { email: { type: 'string' }, name: { type: 'string', default: 'Administrator' } },
    });
    if (values.email !== undefined) return { email: values.email.trim(), fullName: values.name };
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
  throw new CommandError(USAGE);
}

/** Reads one line without showing it. A password is never an argument: the whole machine could read it there. */
async function askPassword(): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write('Password (empty: one is generated): ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  input.once('SIGINT', () => process.exit(130));
  const [line] = await Promise.race([once(input, 'line'), once(input, 'close').then(() => [''])]);
  input.close();
  if (isTerminal) process.stderr.write('\n');
  return String(line);
}
