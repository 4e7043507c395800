/** The limb leads of a recording held against each other, block by block. */
import type { Connection } from 'mongoose';
import { BLOCK_SAMPLES } from '../signal/block-builder.ts';
import type { CanonicalLead } from '../signal/leads.ts';
import { armsMayBeSwapped, type BrokenRelation, brokenRelations, type LeadValues } from '../signal/plausibility.ts';
import { StretchList } from '../signal/stretches.ts';
import { fetchBlocks } from './block-store.ts';
import { type Finding, finding, MAX_RANGES } from './finding.ts';
import type { StoredChannel, StoredEcg } from './model.ts';
import { toPhysical } from './samples.ts';

const LIMB: ReadonlySet<CanonicalLead> = new Set(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V6']);

interface Broken {
  worst: BrokenRelation;
  stretches: StretchList;
}

/** One block of each of these leads is in memory at a time. */
export async function limbFindings(ecg: StoredEcg, database: Connection): Promise<Finding[]> {
  const leads = alike(ecg.channels);
  const [first] = leads.values();
  if (first === undefined || leads.size < 2) return [];
  const {
    samplingRate,
    summary: { samples },
  } = ecg.channels[first] as StoredChannel;
  const digit = Math.max(
    ...[...leads.values()].map((number) => 1 / Math.abs((ecg.channels[number] as StoredChannel).gain)),
  );
  const broken = new Map<CanonicalLead, Broken>();
  const swapped = new StretchList(MAX_RANGES, 0);
  for (let index = 0; index * BLOCK_SAMPLES < samples; index++) {
    const [start, end] = [index * BLOCK_SAMPLES, Math.min(samples, (index + 1) * BLOCK_SAMPLES)];
    const values = await blockOf(ecg, leads, index, database);
    for (const relation of brokenRelations(values, digit)) {
      const known = broken.get(relation.lead) ?? { worst: relation, stretches: new StretchList(MAX_RANGES, 0) };
      if (relation.rest > known.worst.rest) known.worst = relation;
      known.stretches.add(start, end);
      broken.set(relation.lead, known);
    }
    if (armsMayBeSwapped(values)) swapped.add(start, end);
  }
  const nameOf = (lead: CanonicalLead): string => (ecg.channels[leads.get(lead) as number] as StoredChannel).name;
  const found = [...broken].map(([lead, { worst, stretches }]) =>
    finding(
      'limb-leads-inconsistent',
      [nameOf(lead)],
      `${worst.text} does not hold: ${figure(worst.rest)} is left over of a deviation of ` +
        `${figure(worst.deviation)}. Leads may be swapped, mislabelled or of different gain.`,
      samplingRate,
      stretches,
    ),
  );
  if (swapped.count > 0) {
    const words = 'Lead I runs against V6, and aVR does not point down: the arm electrodes may be swapped.';
    found.push(finding('arms-swapped-suspected', [nameOf('I')], words, samplingRate, swapped));
  }
  return found;
}

const figure = (value: number): number => Number(value.toPrecision(3));

/** Limb leads of one rate, unit and length, with the numbers of their channels. */
function alike(channels: readonly StoredChannel[]): Map<CanonicalLead, number> {
  const leads = new Map<CanonicalLead, number>();
  let first: StoredChannel | null = null;
  for (const [number, channel] of channels.entries()) {
    if (channel.lead === null || !LIMB.has(channel.lead)) continue;
    first ??= channel;
    const { samplingRate, unit, summary } = channel;
    if (samplingRate === first.samplingRate && unit === first.unit && summary.samples === first.summary.samples)
      leads.set(channel.lead, number);
  }
  return leads;
}

async function blockOf(
  ecg: StoredEcg,
  leads: ReadonlyMap<CanonicalLead, number>,
  index: number,
  database: Connection,
): Promise<LeadValues> {
  const block = await fetchBlocks(database, ecg._id, [...leads.values()], { $in: [index] });
  return new Map(
    [...leads].map(([lead, number]) => {
      const samples = block(number, index);
      const values = new Float64Array(samples.length);
      toPhysical(samples, ecg.channels[number] as StoredChannel, values);
      return [lead, values];
    }),
  );
}
