/** What is implausible about a recording: its description, each channel by itself, and the leads beside each other. */
import type { Connection } from 'mongoose';
import type { CanonicalLead } from '../signal/leads.ts';
import { armsMayBeSwapped, brokenRelations, clippedSamples, type LeadValues, longestFlat } from '../signal/plausibility.ts';
import { BLOCK_SAMPLES } from '../signal/block-builder.ts';
import { tableRow } from './block-table.ts';
import { physicalValues } from './samples.ts';
import type { StoredChannel, StoredEcg } from './model.ts';

export const FINDINGS = [
  'sampling-rate-missing', 'unit-missing', 'not-calibrated', 'lead-unknown', 'nothing-recorded', 'mostly-missing', 'lead-off', 'clipped', 'limb-leads-inconsistent', 'arms-swapped-suspected',
] as const;

export interface Finding {
  code: (typeof FINDINGS)[number];
  /** Names of the channels that it is about. */
  channels: string[];
  message: string;
}

/** Samples of each channel, from its start, at which the values themselves are looked at. */
export const CHECKED_SAMPLES = 60_000;
/** Part of the samples. */
const MOSTLY = 0.5;
const CLIPPED_PART = 0.001;
/** Seconds without any change: no heart and no noise is that quiet. */
const FLAT_SECONDS = 2;
const LIMB: ReadonlySet<CanonicalLead> = new Set(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V6']);

/** The recording must have been read with its block tables. All findings, in the order of `FINDINGS`; an empty list says that nothing is implausible, not that the recording is right. */
export async function findings(ecg: StoredEcg, database: Connection): Promise<Finding[]> {
  const found: Finding[] = [];
  // Only the leads that are held against each other stay in memory: a recording may have hundreds of channels.
  const limb = new Map<number, Float64Array>();
  for (const [number, channel] of ecg.channels.entries()) {
    const values = await physicalValues(ecg, number, { first: 0, end: Math.min(CHECKED_SAMPLES, channel.summary.samples) }, database);
    found.push(...ofChannel(channel, values));
    if (channel.lead !== null && LIMB.has(channel.lead)) limb.set(number, values);
  }
  return together([...found, ...ofLeads(ecg.channels, limb)]).toSorted((a, b) => FINDINGS.indexOf(a.code) - FINDINGS.indexOf(b.code));
}

function ofChannel(channel: StoredChannel, values: Float64Array): Finding[] {
  const { name, lead, samplingRate, unit, calibrated, summary } = channel;
  const { samples, missing, minimum, maximum } = summary;
  const about = (code: Finding['code'], message: string): Finding => ({ code, channels: [name], message });
  const found: Finding[] = [];
  if (samplingRate === null) found.push(about('sampling-rate-missing', 'Without a sampling rate there are no times: set it with PATCH.'));
  if (unit === null) found.push(about('unit-missing', 'Without a unit the values cannot be compared: set it with PATCH.'));
  if (!calibrated) found.push(about('not-calibrated', 'The gain is a default of the format and not a calibration: amplitudes may be wrong.'));
  if (lead === null) found.push(about('lead-unknown', 'The name is no known lead, or another channel has that lead already.'));
  if (samples === missing) return [...found, about('nothing-recorded', 'Every sample is missing.')];
  if (missing > MOSTLY * samples) found.push(about('mostly-missing', 'More than half of the samples are missing.'));
  if (minimum === maximum) return [...found, about('lead-off', 'The line is flat: the electrode may be off.')];
  if ((samplingRate !== null && longestFlat(values) > FLAT_SECONDS * samplingRate) || hasFlatBlock(channel)) {
    found.push(about('lead-off', `The line is flat for more than ${FLAT_SECONDS} s: the electrode may have been off for a while.`));
  }
  const clipped = clippedSamples(values);
  if (clipped > CLIPPED_PART * values.length) found.push(about('clipped', 'The line stays at its least or greatest value again and again: the amplifier may have been at its limit.'));
  return found;
}

/** Whether one of its stored blocks, which are minutes long, has no change. */
function hasFlatBlock({ blockTable, summary }: StoredChannel): boolean {
  for (let index = 0; index * BLOCK_SAMPLES < summary.samples; index++) {
    const { samples, missing, minimum, maximum } = tableRow(blockTable, index);
    if (samples === BLOCK_SAMPLES && missing < samples && minimum === maximum) return true;
  }
  return false;
}

/** Leads of one rate, unit and length beside each other. */
function ofLeads(channels: readonly StoredChannel[], values: ReadonlyMap<number, Float64Array>): Finding[] {
  const limb = [...values.keys()];
  const first = channels[limb[0] ?? -1];
  if (!first) return [];
  const alike = limb.filter((number) => {
    const { samplingRate, unit, summary } = channels[number] as StoredChannel;
    return samplingRate === first.samplingRate && unit === first.unit && summary.samples === first.summary.samples;
  });
  const byLead: LeadValues = new Map(alike.map((number) => [(channels[number] as StoredChannel).lead as CanonicalLead, values.get(number) as Float64Array]));
  const nameOf = (lead: CanonicalLead): string => channels.find((channel) => channel.lead === lead)?.name ?? lead;
  const digit = Math.max(...alike.map((number) => 1 / Math.abs((channels[number] as StoredChannel).gain)));
  const found: Finding[] = brokenRelations(byLead, digit).map(({ lead, text, rest, deviation }) => ({
    code: 'limb-leads-inconsistent', channels: [nameOf(lead)],
    message: `${text} does not hold: ${Number(rest.toPrecision(3))} is left over of a deviation of ${Number(deviation.toPrecision(3))}. Leads may be swapped, mislabelled or of different gain.`,
  }));
  if (armsMayBeSwapped(byLead)) {
    found.push({ code: 'arms-swapped-suspected', channels: [nameOf('I')], message: 'Lead I runs against V6, and aVR does not point down: the arm electrodes may be swapped.' });
  }
  return found;
}

/** One finding for all channels that share its words. */
function together(found: readonly Finding[]): Finding[] {
  const byWords = new Map<string, Finding>();
  for (const finding of found) {
    const same = byWords.get(finding.code + finding.message);
    if (same) same.channels.push(...finding.channels);
    else byWords.set(finding.code + finding.message, { ...finding, channels: [...finding.channels] });
  }
  return [...byWords.values()];
}
