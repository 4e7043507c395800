/**
 * The command `npm run migrate -- status|up|down`: migrates the service's database. `down` reverts the newest
 * migration.
 */
import { CommandError, runCommand } from '../startup/command.ts';
import { readConfig } from '../startup/config.ts';
import { loadEnv } from '../startup/env-file.ts';
import { createLog, STDERR } from '../log/logger.ts';
import { withDatabase } from './for-command.ts';
import { migrate, migrateDown, migrationStatus } from './migrations.ts';

const USAGE = 'Usage: npm run migrate -- status|up|down';

await runCommand('The migration failed', async (signal) => {
  const command = process.argv[2];
  if (command !== 'status' && command !== 'up' && command !== 'down') throw new CommandError(USAGE);
  loadEnv();
  // Secrets are left to the service to generate: it shows initial passwords only when it generates them.
  const config = readConfig(process.env, () => ({ secretKey: '', adminPassword: '', demoPassword: '' }));
  const log = createLog(config, STDERR);
  await withDatabase({ config, log, signal }, async (database, { isInService }) => {
    // Forward steps are safe while other instances run, as with an instance of the next version. A step back would drop
    // indexes still in use.
    if (command === 'down' && isInService) {
      throw new CommandError(
        'The service is running. Stop it before you undo a migration: the service may depend on it.',
      );
    }
    if (command === 'up') await migrate(database, log);
    if (command === 'down') {
      const undone = await migrateDown(database);
      process.stdout.write(undone === null ? 'Nothing to undo.\n' : `Undid ${undone}.\n`);
    }
    for (const { name, isDone } of await migrationStatus(database)) {
      process.stdout.write(`${isDone ? 'done   ' : 'pending'}  ${name}\n`);
    }
  });
});
