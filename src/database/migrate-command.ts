/** The command `npm run migrate -- status|up|down`: the shape of the service's database, whichever that is. `down` takes back the newest migration. */
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config.ts';
import { connect, NoDatabase } from './connect.ts';
import { startEmbedded } from './embedded.ts';
import { FolderInUse } from './instance-lock.ts';
import { migrate, migrateDown, migrationStatus } from './migrations.ts';
import { NoMongod } from './mongod-binary.ts';

const USAGE = 'Usage: npm run migrate -- status|up|down';

/** A mistake of whoever gives the command: its message is all that is shown. */
class CommandError extends Error {}
const EXPECTED = [CommandError, ConfigError, FolderInUse, NoMongod, NoDatabase];

async function run(command: string | undefined): Promise<void> {
  if (command !== 'status' && command !== 'up' && command !== 'down') throw new CommandError(USAGE);
  if (existsSync('.env')) process.loadEnvFile('.env');
  // Secrets are left for the service to make up: it shows first passwords only when it makes them.
  const config = readConfig(process.env, () => ({ secretKey: '', adminPassword: '', demoPassword: '' }));
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const embedded = config.mongodbUri === null ? await startEmbedded(config, log) : null;
  try {
    const database = await connect(config.mongodbUri ?? embedded?.uri ?? '', log);
    try {
      if (command === 'up') await migrate(database, log);
      if (command === 'down') {
        const undone = await migrateDown(database);
        process.stdout.write(undone === null ? 'Nothing to take back.\n' : `Took back ${undone}.\n`);
      }
      for (const { name, isDone } of await migrationStatus(database)) process.stdout.write(`${isDone ? 'done   ' : 'pending'}  ${name}\n`);
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
}

try {
  await run(process.argv[2]);
} catch (error) {
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  process.stderr.write(`${isExpected ? (error as Error).message : `The migration failed: ${(error as Error).stack}`}\n`);
  process.exitCode = 1;
}
