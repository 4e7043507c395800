/**
 * Runs a MongoDB until it is stopped by a signal, and prints its address; for `verify-image.sh`. Argument: a folder for
 * its data.
 */
import { once } from 'node:events';
import { runCommand } from '../../src/startup/command.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { createLog, STDERR } from '../../src/log/logger.ts';

await runCommand('The database failed', async (signal) => {
  const [dataDir = ''] = process.argv.slice(2);
  const log = createLog({ logLevel: 'warn', logFormat: 'auto' }, STDERR);
  const mongod = await startEmbedded({ dataDir, mongodBinary: process.env['MONGOD_BINARY'] || null }, log, { signal });
  console.log(mongod.uri);
  await once(signal, 'abort');
  await mongod.stop();
});
