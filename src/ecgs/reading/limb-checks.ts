/** Compares the limb leads of a recording with each other, piece by piece. */
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import {
  armsMostlySwapped,
  type BrokenRelation,
  brokenRelations,
  type LeadValues,
  mostly,
} from '../../signal/plausibility.ts';
import type { Samples } from '../../signal/samples.ts';
import { StretchList } from '../../signal/stretches.ts';
import { millivolts } from '../../signal/units.ts';
import type { StoredChannel } from '../store/model.ts';
import { type Finding, finding, MAX_RANGES } from './finding.ts';
import { toPhysical } from './physical.ts';

const LIMB: ReadonlySet<CanonicalLead> = new Set(['I', 'II', 'III', 'aVR', 'aVL', 'aVF']);

/** A shorter last block is judged together with the one before it: a short piece of baseline proves nothing. */
const SHORTEST_PIECE = BLOCK_SAMPLES / 2;
/**
 * Windows in which the arm electrodes are judged: long enough for several beats, short enough to isolate a moving
 * electrode.
 */
const WINDOW_SECONDS = 10;
/**
 * Residual allowed for the noise of three leads together, root mean square: a recorder may have 30 µV peak to valley in
 * each (IEC 60601-2-25), which is about 5 µV. This also covers values written with two decimals of a millivolt.
 */
const NOISE_MILLIVOLTS = 0.01;
/** Relative error of a single-precision number. */
const FLOAT_PRECISION = 2 ** -23;

interface Broken {
  worst: BrokenRelation;
  stretches: StretchList;
}

/** Takes the leads block by block, and holds the blocks of a piece not judged yet: at most two blocks of each lead. */
export class LimbChecks {
  readonly #channels: readonly StoredChannel[];
  readonly #leads: readonly CanonicalLead[];
  readonly #digit: number;
  readonly #noise: number;
  /** Samples of a window in which the arm electrodes are judged. */
  readonly #window: number;
  readonly #samplingRate: number | null;
  /** Samples of each lead. */
  readonly #samples: number;
  #start = 0;
  #end = 0;
  /** By lead: the blocks from `#start` to `#end`. */
  #waiting: Float64Array[][];
  readonly #broken = new Map<CanonicalLead, Broken>();
  readonly #swapped = new StretchList(MAX_RANGES, 0);
  readonly #swappedPieces: (boolean | null)[] = [];

  /** @param channels as found by `limbLeads`, at least two */
  constructor(channels: readonly StoredChannel[]) {
    const { samplingRate, unit, summary } = channels[0] as StoredChannel;
    this.#channels = channels;
    this.#leads = channels.map(({ lead }) => lead as CanonicalLead);
    this.#digit = Math.max(...channels.filter(({ lead }) => isLimb(lead)).map(digitOf));
    const scale = millivolts(unit);
    this.#noise = scale === null ? 0 : NOISE_MILLIVOLTS / scale;
    this.#window = samplingRate === null ? Infinity : WINDOW_SECONDS * samplingRate;
    this.#samplingRate = samplingRate;
    this.#samples = summary.samples;
    this.#waiting = channels.map(() => []);
  }

  /** @param blocks the next block of each lead */
  push(blocks: readonly Samples[]): void {
    for (const [i, samples] of blocks.entries()) {
      const values = new Float64Array(samples.length);
      toPhysical(samples, this.#channels[i] as StoredChannel, values);
      this.#waiting[i]?.push(values);
    }
    this.#end += blocks[0]?.length ?? 0;
    const left = this.#samples - this.#end;
    if (left === 0 || left >= SHORTEST_PIECE) this.#judge();
  }

  #judge(): void {
    const [start, end] = [this.#start, this.#end];
    const values: LeadValues = new Map(this.#leads.map((lead, i) => [lead, joined(this.#waiting[i] ?? [])]));
    this.#waiting = this.#leads.map(() => []);
    this.#start = end;
    for (const relation of brokenRelations(values, this.#digit, this.#noise)) {
      const known = this.#broken.get(relation.lead) ?? { worst: relation, stretches: new StretchList(MAX_RANGES, 0) };
      if (relation.rest > known.worst.rest) known.worst = relation;
      known.stretches.add(start, end);
      this.#broken.set(relation.lead, known);
    }
    const isSwapped = armsMostlySwapped(values, this.#window);
    this.#swappedPieces.push(isSwapped);
    if (isSwapped === true) this.#swapped.add(start, end);
  }

  /** The findings, after all blocks have been pushed. */
  get findings(): Finding[] {
    const nameOf = (lead: CanonicalLead): string => (this.#channels[this.#leads.indexOf(lead)] as StoredChannel).name;
    const found = Array.from(this.#broken, ([lead, { worst, stretches }]) =>
      finding(
        'limb-leads-inconsistent',
        [nameOf(lead)],
        `${worst.text} does not hold: the remainder is ${figure(worst.rest)}, the standard deviation ` +
          `${figure(worst.deviation)}. Leads may be swapped, mislabelled or of different gain.`,
        this.#samplingRate,
        stretches,
      ),
    );
    if (mostly(this.#swappedPieces) === true) {
      const words = 'Lead I is opposite to V6, and aVR does not point down: the arm electrodes may be swapped.';
      found.push(finding('arms-swapped-suspected', [nameOf('I')], words, this.#samplingRate, this.#swapped));
    }
    return found;
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The step between a channel's values, in its unit. It is tiny for floats, and 0 for a constant or missing line. */
function digitOf({ sampleType, gain, summary: { minimum, maximum } }: StoredChannel): number {
  if (minimum >= maximum) return 0;
  const isFloat = sampleType === 'float32' || sampleType === 'float64';
  const step = isFloat ? FLOAT_PRECISION * Math.max(Math.abs(minimum), Math.abs(maximum)) : 1;
  return step / Math.abs(gain);
}

const figure = (value: number): number => Number(value.toPrecision(3));

const isLimb = (lead: CanonicalLead | null): boolean => lead !== null && LIMB.has(lead);

/**
 * Numbers of the channels that can be compared: limb leads with the same rate, unit and length, and V6 if it matches;
 * none if there are fewer than two.
 */
export function limbLeads(channels: readonly StoredChannel[]): number[] {
  const first = channels.find(({ lead }) => isLimb(lead));
  if (first === undefined) return [];
  const numbers = [...channels.keys()].filter((number) => {
    const { lead, samplingRate, unit, summary } = channels[number] as StoredChannel;
    const isMeant = isLimb(lead) || lead === 'V6';
    return (
      isMeant && samplingRate === first.samplingRate && unit === first.unit && summary.samples === first.summary.samples
    );
  });
  return numbers.length < 2 ? [] : numbers;
}
