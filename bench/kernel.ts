/**
 * The kernel on one lead of 24 h at 500 Hz, noise and an ECG: counting, in the memory of the kernel and from outside of
 * it, summarizing, packing and unpacking, in turn with numpy's count with the same semantics, the scalar form and a
 * plain memory read within every round. Needs python3 with venv.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWithReaders } from '../scripts/formats/python.ts';
import { BlockMemory } from '../src/signal/block-memory.ts';
import { CrossingCounter, type CrossingRule } from '../src/signal/crossings.ts';
import { packed, unpacked } from '../src/signal/packing.ts';
import { BLOCK_SAMPLES, type Samples } from '../src/signal/samples.ts';
import { summarize } from '../src/signal/summarize.ts';
import { synthesize } from '../src/synth/ecg.ts';
import { ScalarCrossingCounter } from '../test/support/scalar-kernel.ts';
import { uniform } from '../test/support/signals.ts';
import { startPython } from './python.ts';
import { type Figure, median, report } from './report.ts';
import { sized } from './sized.ts';

const RATE = 500;
const LENGTH = sized(24, 1) * 3600 * RATE;
const ROUNDS = sized(9, 1);
const RULE: CrossingRule = { zeroLevel: 0, band: 0, gaps: 'break' };
/** A lead of 10 s, to measure the cost per call on a small signal. */
const SMALL = 5000;
const SMALL_CALLS = 1000;

/** What is measured on each signal, in samples per nanosecond. */
const MEASURED = ['count', 'outside', 'summarize', 'pack', 'unpack', 'scalar', 'numpy', 'read'] as const;
type Speeds = Record<(typeof MEASURED)[number], number[]>;

function noise(): Int16Array {
  const random = uniform(1);
  return Int16Array.from({ length: LENGTH }, () => Math.floor(random() * 2001) - 1000);
}

/** One hour of lead II, repeated. */
function ecg(): Int16Array {
  const { leads } = synthesize({
    seed: 1,
    duration: 3600,
    samplingRate: RATE,
    noise: 15,
    hum: 5,
    wander: 100,
    leads: ['II'],
  });
  const hour = leads[0]?.samples ?? new Int16Array();
  const samples = new Int16Array(LENGTH);
  for (let at = 0; at < LENGTH; at += hour.length) samples.set(hour, at);
  return samples;
}

function timed<Result>(work: () => Result): { ns: number; result: Result } {
  const start = process.hrtime.bigint();
  const result = work();
  return { ns: Number(process.hrtime.bigint() - start), result };
}

/** Blocks in the memory of the kernel, where the service builds and reads them. */
class Resident {
  readonly #memories: BlockMemory[] = [];

  /** As many blocks as there is room for. */
  static readonly BLOCKS = 160;

  /** Calls `work` with blocks of the samples, and returns the nanoseconds spent there. */
  each(samples: Int16Array, work: (block: Samples) => void): number {
    let ns = 0;
    for (let from = 0; from < samples.length; from += Resident.BLOCKS * BLOCK_SAMPLES) {
      const blocks: Samples[] = [];
      for (let i = 0; i < Resident.BLOCKS; i++) {
        const part = samples.subarray(from + i * BLOCK_SAMPLES, from + (i + 1) * BLOCK_SAMPLES);
        if (part.length === 0) break;
        const block = (this.#memories[i] ??= new BlockMemory()).full('int16').subarray(0, part.length);
        block.set(part);
        blocks.push(block);
      }
      ns += timed(() => {
        for (const block of blocks) work(block);
      }).ns;
    }
    return ns;
  }

  release(): void {
    for (const memory of this.#memories) memory.release();
  }
}

/** Nanoseconds to unpack blocks, each into the same memory. */
function unpackAll(packedBlocks: readonly (Uint8Array | null)[]): number {
  const memory = new BlockMemory();
  const { ns } = timed(() => {
    for (const bytes of packedBlocks) if (bytes) unpacked('int16', bytes, memory);
  });
  memory.release();
  return ns;
}

function countWith(counter: CrossingCounter | ScalarCrossingCounter, samples: Int16Array): number {
  counter.push(samples);
  return counter.count;
}

async function measure(samples: Int16Array, python: string, folder: string): Promise<Speeds> {
  const file = join(folder, 'samples');
  writeFileSync(file, samples);
  const numpy = startPython(python, [join(import.meta.dirname, 'kernel_numpy.py'), file]);
  const speeds = Object.fromEntries(MEASURED.map((what) => [what, [] as number[]])) as Speeds;
  const resident = new Resident();
  const packedBlocks = Array.from({ length: Math.ceil(samples.length / BLOCK_SAMPLES) }, (_, i) =>
    packed(samples.subarray(i * BLOCK_SAMPLES, (i + 1) * BLOCK_SAMPLES)),
  );
  const bytes = packedBlocks.reduce((sum, one) => sum + (one?.length ?? 2 * BLOCK_SAMPLES), 0);
  console.log(`packed into ${(bytes / samples.byteLength).toFixed(2)} of the bytes`);
  for (let round = -1; round < ROUNDS; round++) {
    const counter = new CrossingCounter(RULE);
    const numpyCount = await numpy.ask('count');
    const count = { ns: resident.each(samples, (block) => counter.push(block)), result: counter.count };
    const read = await numpy.ask('read');
    const took = {
      numpy: numpyCount,
      count,
      read,
      outside: timed(() => countWith(new CrossingCounter(RULE), samples)),
      summarize: timed(() => summarize(samples, 0).zeroCrossings),
      pack: { ns: resident.each(samples, packed) },
      unpack: { ns: unpackAll(packedBlocks) },
      scalar: timed(() => countWith(new ScalarCrossingCounter(RULE), samples)),
    };
    const counts = [took.numpy, took.count, took.outside, took.summarize, took.scalar].map(({ result }) => result);
    if (new Set(counts).size !== 1) throw new Error(`The counts differ: ${counts.join(', ')}`);
    // The first round warms up caches and compilers.
    if (round >= 0) for (const what of MEASURED) speeds[what].push(samples.length / took[what].ns);
  }
  resident.release();
  numpy.stop();
  return speeds;
}

/** Microseconds per summary of a small signal. */
function smallCalls(samples: Int16Array): number[] {
  const small = samples.slice(0, SMALL);
  const run = () => {
    for (let call = 0; call < SMALL_CALLS; call++) summarize(small, 0);
  };
  run();
  return Array.from({ length: ROUNDS }, () => timed(run).ns / SMALL_CALLS / 1000);
}

const spread = (values: readonly number[]) =>
  `${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`;
const ratios = (values: readonly number[], to: readonly number[]) =>
  values.map((value, round) => value / (to[round] as number));

const python = pythonWithReaders();
const folder = mkdtempSync(join(tmpdir(), 'leadwire-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const figures: Figure[] = [];
for (const [name, make] of [
  ['noise', noise],
  ['ECG', ecg],
] as const) {
  const samples = make();
  const speeds = await measure(samples, python, folder);
  console.log(`${name}: ${samples.length} samples of 16 bits, ${ROUNDS} rounds, median (lowest–highest)`);
  for (const what of MEASURED) {
    const of = speeds[what];
    console.log(
      `  ${what.padEnd(9)} ${spread(of)} G samples/s; ` +
        `to numpy ${spread(ratios(of, speeds.numpy))}; to reading ${spread(ratios(of, speeds.read))}`,
    );
  }
  console.log(`  summary of ${SMALL} samples: ${spread(smallCalls(samples))} µs`);
  figures.push({
    figure: 10,
    what: `zero crossings of 24 h at 500 Hz, ${name}`,
    ours: speeds.count,
    baseline: speeds.numpy,
    unit: 'G samples/s',
    against: 'numpy, same semantics',
    compare: 'ratio',
    target: { atLeast: 25 },
  });
  figures.push({
    figure: 10,
    what: `the same, ${name}`,
    ours: speeds.count,
    baseline: speeds.read,
    unit: 'G samples/s',
    against: 'reading memory (numpy sum)',
    compare: 'ratio',
    target: { atLeast: 0.4 },
  });
}
report('kernel', figures);
