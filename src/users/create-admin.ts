/** The command `npm run create-admin -- --email <address> [--name <full name>]`: makes an admin in the service's database, whichever that is. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config.ts';
import { connect, NoDatabase } from '../database/connect.ts';
import { startEmbedded } from '../database/embedded.ts';
import { FolderInUse } from '../database/instance-lock.ts';
import { migrate } from '../database/migrations.ts';
import { NoMongod } from '../database/mongod-binary.ts';
import { UnusableDataDir } from '../secrets.ts';
import { ensureUser, InvalidUser } from './ensure-user.ts';
import { generatePassword } from './passwords.ts';

const USAGE = 'Usage: npm run create-admin -- --email <address> [--name <full name>]\nThe password is asked for, or read from the first line of the input; left empty, one is made up.';

/** A mistake of whoever gives the command: its message is all that is shown. */
class CommandError extends Error {}
const EXPECTED = [CommandError, InvalidUser, ConfigError, UnusableDataDir, FolderInUse, NoMongod, NoDatabase];

async function createAdmin(): Promise<void> {
  const { email, fullName } = readArguments();
  if (existsSync('.env')) process.loadEnvFile('.env');
  // Secrets are left for the service to make up: it shows first passwords only when it makes them.
  const config = readConfig(process.env, () => ({ secretKey: '', adminPassword: '', demoPassword: '' }));
  const given = await askPassword();
  const password = given === '' ? generatePassword() : given;

  const log = pino({ level: config.logLevel }, pino.destination(2));
  const embedded = config.mongodbUri === null ? await startEmbedded(config, log) : null;
  try {
    const database = await connect(config.mongodbUri ?? embedded?.uri ?? '', log);
    try {
      await migrate(database, log);
      const { created } = await ensureUser(database, { email, password, fullName, role: 'admin' });
      if (!created) throw new CommandError(`There is a user ${email} already, who was left unchanged.`);
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
  process.stdout.write(`Made the admin ${email}.\n${given === '' ? `Password, shown this once: ${password}\n` : ''}`);
}

function readArguments(): { email: string; fullName: string } {
  try {
    const { values } = parseArgs({ options: { email: { type: 'string' }, name: { type: 'string', default: 'Administrator' } } });
    if (values.email !== undefined) return { email: values.email.trim(), fullName: values.name };
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
  throw new CommandError(USAGE);
}

/** One line, which a terminal does not show. It never stands among the arguments: there the whole machine could read it. */
async function askPassword(): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write('Password (empty: one is made up): ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  input.once('SIGINT', () => process.exit(130));
  const [line] = await Promise.race([once(input, 'line'), once(input, 'close').then(() => [''])]);
  input.close();
  if (isTerminal) process.stderr.write('\n');
  return String(line);
}

try {
  await createAdmin();
} catch (error) {
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  process.stderr.write(`${isExpected ? (error as Error).message : `No admin was made: ${(error as Error).stack}`}\n`);
  process.exitCode = 1;
}
