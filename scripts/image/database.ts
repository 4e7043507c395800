/** Runs a MongoDB until it is told to end, and prints its address; for `verify-image.sh`. Argument: a folder for its data. */
import { pino } from 'pino';
import { startEmbedded } from '../../src/database/embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const mongod = await startEmbedded({ dataDir, mongodBinary: process.env['MONGOD_BINARY'] || null }, pino({ level: 'warn' }, process.stderr));
console.log(mongod.uri);
process.once('SIGTERM', () => void mongod.stop().then(() => process.exit()));
