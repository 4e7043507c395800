/**
 * Imports of attendances compared with the driver's own insertMany of the same documents, on the same mongod.
 * BENCH_ROWS changes their number.
 */
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrations.ts';
import { attendancesFile } from './attendances-file.ts';
import { importFile } from './import-file.ts';
import { memory, processorMs } from './processes.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { type Bench, withBench } from './support.ts';

const ROWS = Number(process.env['BENCH_ROWS'] ?? sized(100_000, 2_000));
const ROUNDS = sized(3, 1);
const log = pino({ level: 'silent' });

/** Inserts the same documents, prepared beforehand, into a collection with the same indexes. */
async function insertDocuments(bench: Bench, documents: object[], round: number): Promise<number> {
  const database = await connect(bench.uri(`plain_${round}`), log);
  await migrate(database, log);
  const start = performance.now();
  await database.collection('attendances').insertMany(documents);
  const ms = performance.now() - start;
  await database.close();
  return ms;
}

const documentsOf = async (database: Connection): Promise<object[]> =>
  database.collection('attendances').find().toArray();

await withBench(async (bench) => {
  const ours: number[] = [];
  const baseline: number[] = [];
  const text = attendancesFile(ROWS, 1, 0);
  console.log(`${ROWS} attendances, ${(text.length / 1e6).toFixed(1)} MB`);
  for (let round = 1; round <= ROUNDS; round++) {
    const service = await bench.startService();
    const before = [service.pid, bench.mongodPid].map(processorMs);
    const { ms, job } = await importFile(service, text);
    const [own, mongod] = [service.pid, bench.mongodPid].map((pid, i) =>
      (processorMs(pid) - (before[i] as number)).toFixed(0),
    );
    if (job.rows.created !== ROWS) throw new Error(`${job.rows.created} rows were created`);
    const database = await connect(bench.uri(`service_${round}`), log);
    const documents = await documentsOf(database);
    await database.close();
    const plain = await insertDocuments(bench, documents, round);
    ours.push((ROWS * 1000) / ms);
    baseline.push((ROWS * 1000) / plain);
    console.log(
      `  round ${round}: import ${ms.toFixed(0)} ms, insertMany ${plain.toFixed(0)} ms; processor: ` +
        `service ${own} ms, mongod ${mongod} ms; ` +
        `memory of the service ${memory(service.pid).peak.toFixed(0)} MiB at most`,
    );
    await service.stop();
  }
  report('import', [
    {
      figure: 12,
      what: `import of ${ROWS} attendances with related entities`,
      ours,
      baseline,
      unit: 'rows/s',
      against: 'insertMany of the same documents, prepared',
      compare: 'ratio',
      target: { atLeast: 0.25 },
    },
  ]);
});
