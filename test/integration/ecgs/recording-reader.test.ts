/** The reader of the samples of a request: their values, the documents fetched, and the memory held. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { type Connection, mongo } from 'mongoose';
import { BUDGET_BYTES } from '../../../src/ecgs/reading/reading-plan.ts';
import { RecordingReader } from '../../../src/ecgs/reading/recording-reader.ts';
import { spanOf, wholeSpan } from '../../../src/ecgs/reading/span-cursor.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import type { StoredEcg } from '../../../src/ecgs/store/model.ts';
import { DamagedBlock, MissingBlock } from '../../../src/ecgs/store/stored-blocks.ts';
import { encodeCsv } from '../../../src/formats/csv/encode.ts';
import type { Lane } from '../../../src/formats/common/frames.ts';
import { missingMarker, type Samples, sampleType } from '../../../src/signal/samples.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fetches, watchedConnection } from '../../support/fetches.ts';
import { giveBack, testDatabase } from '../../support/mongo.ts';
import { uniform } from '../../support/signals.ts';
import { type ChannelToStore, storeRecording, wave } from '../../support/stored.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory without an owner is only freed at the second collection. */
function swept(): void {
  collectGarbage();
  collectGarbage();
}

/** Reads to the end. @returns the greatest memory use after the fetches, in bytes more than before */
async function measured(pieces: AsyncIterable<unknown>, fetches: Fetches): Promise<number> {
  swept();
  const before = process.memoryUsage().arrayBuffers;
  fetches.forget();
  let [most, queries] = [0, 0];
  for await (const _ of pieces) {
    if (fetches.queries === queries) continue;
    ({ queries } = fetches);
    swept();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  return most;
}

const bytesOf = (samples: Samples): Buffer => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);

const values = (runs: readonly Samples[]): number[] =>
  runs.flatMap((run) => {
    const marker = missingMarker(sampleType(run));
    return Array.from(run, (value) => (value === marker ? NaN : value));
  });

describe('the reader of a recording', function () {
  this.timeout(60_000);
  let database: Connection;
  let watched: Connection;
  let fetches: Fetches;

  before(async () => {
    database = await testDatabase();
    ({ connection: watched, fetches } = await watchedConnection(database));
  });
  after(async () => {
    await watched.close();
    await giveBack(database);
  });

  const documentsOf = (ecg: StoredEcg): Promise<number> => blockCollection(database).countDocuments({ ecg: ecg._id });

  describe('of channels of every type and of different length', () => {
    const random = uniform(19);
    const given: ChannelToStore[] = [
      { name: 'int16', samples: wave(150_000) },
      { name: 'short', samples: wave(700, 1) },
      { name: 'int32', samples: Int32Array.from(wave(140_000, 2), (value) => value * 1000) },
      { name: 'float32', samples: Float32Array.from(wave(65_536, 3), (value) => value / 4) },
      { name: 'float64', samples: Float64Array.from(wave(200_001, 4), (value) => (value === 7 ? NaN : value / 3)) },
      // The second block needs fewer bits than the first.
      { name: 'mixed', samples: Float64Array.from(wave(131_073, 5), (value, i) => (i < 65_536 ? value / 3 : value)) },
    ];
    let ecg: StoredEcg;
    before(async () => {
      ecg = await storeRecording(database, given);
    });
    const pick = (below: number): number => Math.floor(random() * below);
    const randomSpan = () => {
      const channel = pick(given.length);
      const { length } = given[channel]!.samples;
      const first = pick(3) === 0 ? 0 : pick(length);
      return spanOf(ecg, channel, { first, end: pick(3) === 0 ? length : first + pick(length - first + 1) });
    };

    it('returns stored samples in parallel, in whole frames, whatever else is read', async () => {
      for (let round = 0; round < 40; round++) {
        const spans = Array.from({ length: 1 + pick(5) }, randomSpan);
        const lanes = spans.map((_, channel): Lane => ({ channel, perFrame: pick(2) === 0 ? 1 : 1 + pick(9000) }));
        const most = 1 + pick(pick(2) === 0 ? 500 : 100_000);
        const reader = new RecordingReader(database, ecg._id, spans);
        const read: number[][] = spans.map(() => []);
        // Some are read alone, before or after the others.
        const split = pick(lanes.length + 1);
        for (const some of [lanes.slice(0, split), lanes.slice(split)]) {
          let frames = 0;
          for await (const { count, runs } of reader.read(some, most)) {
            expect(count).to.be.within(1, most);
            frames += count;
            for (const [i, { channel, perFrame }] of some.entries()) {
              for (const value of values(runs[i]!)) read[channel]!.push(value);
              const { first, end } = spans[channel]!;
              expect(read[channel]!.length).to.equal(Math.min(end - first, frames * perFrame));
            }
          }
        }
        for (const [i, { channel, first, end }] of spans.entries()) {
          const stored = [...given[channel]!.samples.subarray(first, end)];
          expect(read[i]!.length).to.equal(stored.length);
          expect(read[i]!.findIndex((value, at) => !Object.is(value + 0, (stored[at] as number) + 0))).to.equal(-1);
        }
      }
    });

    it('returns one span after the other in parts of one block each, until the end', async () => {
      for (let round = 0; round < 20; round++) {
        const spans = Array.from({ length: 1 + pick(5) }, randomSpan);
        let [span, next] = [0, spans[0]!.first];
        for await (const part of new RecordingReader(database, ecg._id, spans).inTurn()) {
          while (next === spans[span]!.end) next = spans[++span]!.first;
          expect([part.span, part.channel, part.first]).to.deep.equal([span, spans[span]!.channel, next]);
          next += part.samples.length;
          expect(next % 65_536 === 0 || next === spans[span]!.end).to.equal(true);
          const stored = given[part.channel]!.samples.subarray(part.first, next);
          expect(values([part.samples])).to.deep.equal([...stored]);
        }
        while (next === spans[span]!.end && span + 1 < spans.length) next = spans[++span]!.first;
        expect([span, next]).to.deep.equal([spans.length - 1, spans.at(-1)!.end]);
      }
    });

    it('fetches a small recording with one query, in any order', async () => {
      const spans = given.map((_, number) => wholeSpan(ecg, number));
      const documents = await documentsOf(ecg);
      const { read } = new RecordingReader(watched, ecg._id, spans);
      fetches.forget();
      for (const channel of [4, 0, 3, 1, 5, 2]) for await (const _ of read([{ channel, perFrame: 1 }], 1000));
      expect([fetches.queries, fetches.documents]).to.deep.equal([1, documents]);
    });

    it('returns what was read before without fetching it again', async () => {
      const span = spanOf(ecg, 4, { first: 60_000, end: 140_000 });
      const ends = [
        { ...span, end: 65_536 },
        { ...span, first: 131_072 },
      ];
      const reader = new RecordingReader(watched, ecg._id, [span]);
      for await (const part of new RecordingReader(database, ecg._id, ends).inTurn()) reader.keep(part);
      fetches.forget();
      const read: number[] = [];
      for await (const { runs } of reader.read([{ channel: 0, perFrame: 1 }], 1000)) read.push(...values(runs[0]!));
      expect([fetches.queries, fetches.documents]).to.deep.equal([1, 1]);
      expect(read).to.deep.equal([...given[4]!.samples.subarray(60_000, 140_000)]);
    });

    it('fetches only blocks that a span needs', async () => {
      const spans = [spanOf(ecg, 4, { first: 70_000, end: 80_000 }), spanOf(ecg, 4, { first: 90_000, end: 90_000 })];
      fetches.forget();
      for await (const _ of new RecordingReader(watched, ecg._id, spans).inTurn());
      expect([fetches.queries, fetches.documents]).to.deep.equal([1, 1]);
    });

    it('reports a missing block, a damaged one, and one of earlier versions that is too short', async () => {
      const broken = await storeRecording(database, given.slice(0, 1));
      const spans = [wholeSpan(broken, 0)];
      const failure = async (): Promise<unknown> => {
        try {
          for await (const _ of new RecordingReader(database, broken._id, spans).inTurn());
        } catch (error) {
          return error;
        }
        return null;
      };
      const [last] = await blockCollection(database).find({ ecg: broken._id, 'blocks.index': 2 }).toArray();
      const place = `block 2 of channel 0 of recording ${broken._id.toHexString()}`;
      const { crc32, encoding: _, ...earlier } = { ...last!.blocks[0]!, data: new mongo.Binary(Buffer.alloc(20)) };
      for (const [block, kind] of [
        [{ ...earlier, crc32: crc32! }, DamagedBlock],
        [{ ...earlier, crc32: crc32!, encoding: 'packed' as const }, DamagedBlock],
        [earlier, MissingBlock],
      ] as const) {
        await blockCollection(database).updateOne({ _id: last!._id }, { $set: { blocks: [block] } });
        const error = await failure();
        expect(error).to.be.instanceOf(kind);
        expect(String(error)).to.include(place);
      }
      await blockCollection(database).deleteOne({ _id: last!._id });
      const error = await failure();
      expect(error).to.be.instanceOf(MissingBlock);
      expect(String(error)).to.include(place);
    });

    it('fetches nothing after what is on its way, and throws the reason, when it is aborted', async () => {
      const large = await storeRecording(database, [{ name: 'I', samples: wave(80 * 65_536) }]);
      const gone = new AbortController();
      const parts = new RecordingReader(watched, large._id, [wholeSpan(large, 0)], gone.signal).inTurn();
      fetches.forget();
      await parts.next();
      gone.abort(new Error('nobody waits'));
      const failure = await parts.next().catch((error: Error) => error);
      // It has waited for the fetch that it had begun ahead.
      expect([(failure as Error).message, fetches.queries]).to.deep.equal(['nobody waits', 2]);
    });

    it('has fetched the next samples before those that have arrived are used up', async () => {
      const large = await storeRecording(database, [{ name: 'I', samples: wave(80 * 65_536) }]);
      fetches.forget();
      const parts = new RecordingReader(watched, large._id, [wholeSpan(large, 0)]).inTurn();
      await parts.next();
      await eventually('the next fetch has arrived', () => fetches.queries === 2);
      await parts.return();
    });
  });

  it('fetches each document of a long recording once, in parallel and one by one', async () => {
    const channels = Array.from({ length: 12 }, (_, seed) => ({ name: `${seed}`, samples: wave(400_000, seed) }));
    const ecg = await storeRecording(database, channels);
    const documents = await documentsOf(ecg);
    expect(documents).to.equal(12 * 6 + 1);
    const spans = channels.map((_, number) => wholeSpan(ecg, number));
    const lanes = spans.map((_, channel) => ({ channel, perFrame: 1 }));
    for (const reading of [
      (reader: RecordingReader) => reader.read(lanes, 5000),
      // Records of a second, whose boundaries are not those of blocks.
      (reader: RecordingReader) =>
        reader.read(
          lanes.map(({ channel }) => ({ channel, perFrame: 500 })),
          100,
        ),
      (reader: RecordingReader) => reader.inTurn(),
    ]) {
      fetches.forget();
      for await (const _ of reading(new RecordingReader(watched, ecg._id, spans)));
      expect(fetches.documents).to.equal(documents);
    }
  });

  describe('of 256 channels of float64', () => {
    const CHANNELS = 256;
    let ecg: StoredEcg;
    let samples: Float64Array;
    before(async () => {
      samples = Float64Array.from({ length: 70_000 }, (_, i) => Math.sin(i / 100));
      ecg = await storeRecording(
        database,
        Array.from({ length: CHANNELS }, (_, number) => ({ name: `${number}`, samples })),
      );
      expect(await documentsOf(ecg)).to.equal(CHANNELS + 9);
    });

    for (const [which, count, paces, documents] of [
      ['all of them at one pace', CHANNELS, [1], 3 * CHANNELS + 9],
      ['120 at different paces', 120, [1, 3], 2 * 120 + 2 * 5],
    ] as const) {
      it(`keeps its budget for ${which} in parallel, and fetches a block once per part`, async () => {
        const spans = Array.from({ length: count }, (_, number) => wholeSpan(ecg, number));
        const reader = new RecordingReader(watched, ecg._id, spans);
        const lanes = spans.map((_, channel) => ({ channel, perFrame: paces[channel % paces.length]! }));
        const read = Array.from({ length: count }, () => 0);
        async function* compared(): AsyncGenerator<void> {
          for await (const { runs } of reader.read(lanes, 512)) {
            for (const [lane, some] of runs.entries()) {
              for (const run of some) {
                const stored = samples.subarray(read[lane], (read[lane]! += run.length));
                if (!bytesOf(run).equals(bytesOf(stored))) throw new Error(`lane ${lane} is not what was stored`);
              }
            }
            yield;
          }
        }
        const most = await measured(compared(), fetches);
        expect(read).to.deep.equal(Array.from({ length: count }, () => samples.length));
        expect(reader.mostHeld + fetches.largestReply).to.be.within(24 << 20, BUDGET_BYTES);
        expect(most).to.be.within(24 << 20, BUDGET_BYTES);
        expect(fetches.documents).to.be.at.most(documents);
      });
    }

    it('keeps its budget while they are written as CSV', async () => {
      const { channels } = ecg;
      const range = { first: 63_000, end: 68_000 };
      const reader = new RecordingReader(
        watched,
        ecg._id,
        channels.map((_, number) => spanOf(ecg, number, range)),
      );
      const described = channels.map((channel) => ({
        ...channel,
        samples: range.end - range.first,
        missing: 0,
        lowest: -1,
        highest: 1,
      }));
      const recording = { id: 'wide', externalId: null, date: null, notes: null, subject: null, annotations: [] };
      const [file] = encodeCsv({ ...recording, channels: described }, reader.read);
      const most = await measured(file!.bytes, fetches);
      expect(reader.mostHeld + fetches.largestReply).to.be.below(BUDGET_BYTES);
      expect(most).to.be.below(BUDGET_BYTES);
    });

    it('returns the rest in turn after some have been read in parallel', async () => {
      const spans = Array.from({ length: CHANNELS }, (_, number) => wholeSpan(ecg, number));
      const reader = new RecordingReader(watched, ecg._id, spans);
      const read = spans.map(() => 0);
      for await (const { count } of reader.read(
        spans.map((_, channel) => ({ channel, perFrame: 1 })),
        3_000,
      )) {
        read.fill(read[0]! + count);
        if (read[0]! > 20_000) break;
      }
      for await (const part of reader.inTurn()) {
        expect([part.span, part.first]).to.deep.equal([part.channel, read[part.channel]]);
        const stored = samples.subarray(part.first, (read[part.channel]! += part.samples.length));
        expect(bytesOf(part.samples).equals(bytesOf(stored))).to.equal(true);
      }
      expect(read).to.deep.equal(spans.map(() => samples.length));
    });

    it('holds far less if they are read one after the other, and fetches each document once', async () => {
      // All of them would take the garbage collector half a minute.
      const some = 64;
      const spans = Array.from({ length: some }, (_, number) => wholeSpan(ecg, number));
      const reader = new RecordingReader(watched, ecg._id, spans);
      const most = await measured(reader.inTurn(), fetches);
      expect(reader.mostHeld).to.be.below(13 << 20);
      expect(most).to.be.below(40 << 20);
      expect(fetches.documents).to.equal(some + 3);
    });
  });
});
