/** The limb leads of a recording held against each other, piece by piece. */
import type { Connection } from 'mongoose';
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import type { CanonicalLead } from '../../signal/leads.ts';
import {
  armsMostlySwapped,
  type BrokenRelation,
  brokenRelations,
  type LeadValues,
  mostly,
} from '../../signal/plausibility.ts';
import { StretchList } from '../../signal/stretches.ts';
import { millivolts } from '../../signal/units.ts';
import { fetchBlocks } from '../store/block-store.ts';
import { type Finding, finding, MAX_RANGES } from './finding.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { toPhysical } from './samples.ts';

const LIMB: ReadonlySet<CanonicalLead> = new Set(['I', 'II', 'III', 'aVR', 'aVL', 'aVF']);

/** A last block that is shorter is judged together with the one before it: a moment of baseline tells nothing. */
const SHORTEST_PIECE = BLOCK_SAMPLES / 2;
/** Windows in which the arm electrodes are judged: long enough for several beats, short beside a moving electrode. */
const WINDOW_SECONDS = 10;
/**
 * What the noise of three leads together may leave, root mean square: a recorder may have 30 µV from peak to valley in
 * each (IEC 60601-2-25), which is about 5 µV. Values written with two decimals of a millivolt lie inside it, too.
 */
const NOISE_MILLIVOLTS = 0.01;
/** Part of a value by which a single-precision number may be wrong. */
const FLOAT_PRECISION = 2 ** -23;

interface Broken {
  worst: BrokenRelation;
  stretches: StretchList;
}

/** A piece of two blocks of each of these leads is in memory at most. */
export async function limbFindings(ecg: StoredEcg, database: Connection): Promise<Finding[]> {
  const leads = alike(ecg.channels);
  const [first] = leads.values();
  if (first === undefined || leads.size < 2) return [];
  const {
    samplingRate,
    unit,
    summary: { samples },
  } = ecg.channels[first] as StoredChannel;
  const limbs = [...leads].filter(([lead]) => LIMB.has(lead));
  const digit = Math.max(...limbs.map(([, number]) => digitOf(ecg.channels[number] as StoredChannel)));
  const scale = millivolts(unit);
  const noise = scale === null ? 0 : NOISE_MILLIVOLTS / scale;
  const window = samplingRate === null ? Infinity : WINDOW_SECONDS * samplingRate;
  const broken = new Map<CanonicalLead, Broken>();
  const swapped = new StretchList(MAX_RANGES, 0);
  const swappedPieces: (boolean | null)[] = [];
  for (const { indexes, start, end } of pieces(samples)) {
    const values = await valuesOf(ecg, leads, indexes, database);
    for (const relation of brokenRelations(values, digit, noise)) {
      const known = broken.get(relation.lead) ?? { worst: relation, stretches: new StretchList(MAX_RANGES, 0) };
      if (relation.rest > known.worst.rest) known.worst = relation;
      known.stretches.add(start, end);
      broken.set(relation.lead, known);
    }
    const isSwapped = armsMostlySwapped(values, window);
    swappedPieces.push(isSwapped);
    if (isSwapped === true) swapped.add(start, end);
  }
  const nameOf = (lead: CanonicalLead): string => (ecg.channels[leads.get(lead) as number] as StoredChannel).name;
  const found = [...broken].map(([lead, { worst, stretches }]) =>
    finding(
      'limb-leads-inconsistent',
      [nameOf(lead)],
      `${worst.text} does not hold: the remainder is ${figure(worst.rest)}, the standard deviation ` +
        `${figure(worst.deviation)}. Leads may be swapped, mislabelled or of different gain.`,
      samplingRate,
      stretches,
    ),
  );
  if (mostly(swappedPieces) === true) {
    const words = 'Lead I is opposite to V6, and aVR does not point down: the arm electrodes may be swapped.';
    found.push(finding('arms-swapped-suspected', [nameOf('I')], words, samplingRate, swapped));
  }
  return found;
}

/** The blocks that are judged together, and the samples in them. */
function* pieces(samples: number): Generator<{ indexes: number[]; start: number; end: number }> {
  for (let start = 0; start < samples;) {
    const index = start / BLOCK_SAMPLES;
    const left = samples - start;
    const withTail = left > BLOCK_SAMPLES && left < BLOCK_SAMPLES + SHORTEST_PIECE;
    const end = withTail ? samples : Math.min(samples, start + BLOCK_SAMPLES);
    yield { indexes: withTail ? [index, index + 1] : [index], start, end };
    start = end;
  }
}

/** The step of a channel's values, in its unit. Floats have hardly any; a line that is still, or not there, none. */
function digitOf({ sampleType, gain, summary: { minimum, maximum } }: StoredChannel): number {
  if (minimum >= maximum) return 0;
  const isFloat = sampleType === 'float32' || sampleType === 'float64';
  const step = isFloat ? FLOAT_PRECISION * Math.max(Math.abs(minimum), Math.abs(maximum)) : 1;
  return step / Math.abs(gain);
}

const figure = (value: number): number => Number(value.toPrecision(3));

/** Limb leads of one rate, unit and length, and V6 where it is alike, with the numbers of their channels. */
function alike(channels: readonly StoredChannel[]): Map<CanonicalLead, number> {
  const leads = new Map<CanonicalLead, number>();
  const first = channels.find(({ lead }) => lead !== null && LIMB.has(lead));
  if (first === undefined) return leads;
  for (const [number, channel] of channels.entries()) {
    if (channel.lead === null || !(LIMB.has(channel.lead) || channel.lead === 'V6')) continue;
    const { samplingRate, unit, summary } = channel;
    if (samplingRate === first.samplingRate && unit === first.unit && summary.samples === first.summary.samples)
      leads.set(channel.lead, number);
  }
  return leads;
}

async function valuesOf(
  ecg: StoredEcg,
  leads: ReadonlyMap<CanonicalLead, number>,
  indexes: readonly number[],
  database: Connection,
): Promise<LeadValues> {
  const block = await fetchBlocks(database, ecg._id, [...leads.values()], { $in: indexes });
  return new Map(
    [...leads].map(([lead, number]) => {
      const blocks = indexes.map((index) => block(number, index));
      const values = new Float64Array(blocks.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const samples of blocks) {
        toPhysical(samples, ecg.channels[number] as StoredChannel, values.subarray(at, at + samples.length));
        at += samples.length;
      }
      return [lead, values];
    }),
  );
}
