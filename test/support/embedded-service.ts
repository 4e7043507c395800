/**
 * A separate process that only runs the embedded database on a data folder; for tests that kill it. Arguments: data
 * folder, mongod.
 */
import { pino } from 'pino';
import { startEmbedded } from '../../src/database/embedded.ts';

const [dataDir = '', mongodBinary = ''] = process.argv.slice(2);
const { uri } = await startEmbedded({ dataDir, mongodBinary }, pino({ level: 'silent' }));
process.stdout.write(`${uri}\n`);
setInterval(() => undefined, 60_000);
