/**
 * A day of three leads at 500 Hz as WFDB format 16, uploaded over HTTP: bytes per second compared with the driver
 * alone, which inserts the same blocks into the same mongod, and the memory that the service uses.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrations.ts';
import { encoded } from '../src/ecgs/store/block-encoding.ts';
import { BlockWriter } from '../src/ecgs/store/batch-writer.ts';
import { BLOCK_SAMPLES } from '../src/signal/samples.ts';
import { inTurn, peakMemory } from './day-upload.ts';
import { type Holter, holter, writeHolter } from './holter-files.ts';
import { processorMs } from './processes.ts';
import { report } from './report.ts';
import { uploadRecording } from './send.ts';
import { sized } from './sized.ts';
import { type Bench, withBench } from './support.ts';

const ROUNDS = sized(5, 1);

/** The driver alone: inserts the same blocks in the same batches, prepared in memory. Megabytes per second. */
async function startDriver(bench: Bench, { leads }: Holter): Promise<() => Promise<number>> {
  const database = await connect(bench.uri('driver'), pino({ level: 'silent' }));
  bench.own({ stop: async () => database.close() });
  await migrate(database, pino({ level: 'silent' }));
  const bytes = leads.reduce((sum, { samples }) => sum + samples.byteLength, 0);
  return async () => {
    const writer = new BlockWriter(database, {
      ecg: new Types.ObjectId(),
      owner: new Types.ObjectId(),
      writer: new Types.ObjectId(),
    });
    const start = performance.now();
    for (
      let from = 0, index = 0;
      from < (leads[0] as Holter['leads'][number]).samples.length;
      from += BLOCK_SAMPLES, index++
    ) {
      for (const [channel, { samples }] of leads.entries()) {
        writer.add([{ channel, index, ...encoded(samples.subarray(from, from + BLOCK_SAMPLES), 'packed') }]);
        await writer.room();
      }
    }
    await writer.flush();
    return bytes / 1e6 / ((performance.now() - start) / 1000);
  };
}

await withBench(async (bench) => {
  const day = holter(500, ['I', 'II', 'V5']);
  const files = (await writeHolter(day, 'wfdb', bench.folder)).toReversed();
  console.log(
    'A day of 3 leads at 500 Hz: ' +
      files.map((file) => `${basename(file)} of ${(statSync(file).size / 1e6).toFixed(1)} MB`).join(', '),
  );
  const insert = await startDriver(bench, day);
  const service = await bench.startService();

  const peak = await peakMemory(service, files);
  await insert();
  const [before, mongodBefore] = [processorMs(service.pid), processorMs(bench.mongodPid)];
  const upload = async () => (await uploadRecording(service, files)).perSecond;
  const speeds = await inTurn(ROUNDS, { name: 'upload', run: upload }, { name: 'driver alone', run: insert });
  console.log(
    `  processor each round: service ${((processorMs(service.pid) - before) / ROUNDS).toFixed(0)} ms, ` +
      `mongod ${((processorMs(bench.mongodPid) - mongodBefore) / ROUNDS).toFixed(0)} ms for both`,
  );

  report('holter', [
    {
      figure: 2,
      what: 'WFDB upload of 24 h × 3 × 500 Hz',
      ...speeds,
      against: 'the driver alone, same blocks',
      target: { atLeast: 0.7 },
    },
    peak,
  ]);
});
