/** A recording with blocks of every type and form, of several blocks each. */
import { uniform } from './signals.ts';

/** Samples of the longest channels: two full blocks and a short one. */
const LENGTH = 150_000;
/** Share of missing samples, in the channels that have any. */
const MISSING = 0.001;

export interface BlockLead {
  name: string;
  signal: (number | null)[];
}

const beat = (i: number): number => 900 * Math.exp(-(((i % 400) - 60) ** 2) / 40) + 30 * Math.sin(i / 70);

/** The same each time. */
export function blockLeads(): BlockLead[] {
  const random = uniform(20);
  const lead = (name: string, length: number, value: (i: number) => number, missing = 0): BlockLead => ({
    name,
    signal: Array.from({ length }, (_, i) => (random() < missing ? null : value(i) + 0)),
  });
  const noise = (range: number): number => Math.round((random() - 0.5) * range);
  return [
    lead('beats', LENGTH, (i) => Math.round(beat(i)) + noise(8)),
    lead('beats with gaps', LENGTH, (i) => Math.round(beat(i)) + noise(8), MISSING),
    lead('int32', LENGTH, (i) => Math.round(3000 * beat(i)) + noise(300), MISSING),
    lead('int32 noise', 70_000, () => noise(2 ** 32 - 4), MISSING),
    lead('int16 noise', 70_000, () => noise(65_534)),
    lead('float32', LENGTH, (i) => Math.fround(beat(i)), MISSING),
    lead('float64', LENGTH, (i) => beat(i) + random(), MISSING),
    lead('wider and wider', LENGTH, (i) => Math.round(i < 65_536 ? beat(i) : i < 131_072 ? 100 * beat(i) : 1e10 + i)),
    lead('flat', 65_536, () => 17),
    lead('ramp', 129, (i) => i * 200),
    lead('steepest steps', 1_000, (i) => (i < 300 ? 0 : i % 2 === 0 ? 32_767 : -32_767)),
    lead('short', 3, (i) => i - 1),
    lead('missing', 700, () => 0, 1),
  ];
}
