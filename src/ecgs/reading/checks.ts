/**
 * What is implausible about a recording: its description, each channel by itself, and the leads beside each other; over
 * its whole length, block by block.
 */
import type { Connection } from 'mongoose';
import { BLOCK_SAMPLES } from '../../signal/block-builder.ts';
import { type Stretches, StretchFinder } from '../../signal/stretches.ts';
import { isPhysical, millivolts } from '../../signal/units.ts';
import { readBlocks } from '../store/block-store.ts';
import { tableRow } from '../store/block-table.ts';
import { type Finding, finding, FINDINGS, MAX_RANGES, NOWHERE } from './finding.ts';
import { limbFindings } from './limb-checks.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';

/** Part of the samples. */
const MOSTLY = 0.5;
/** Seconds without any change, or without any sample: no heart and no noise is that quiet. */
const LASTING_SECONDS = 2;
/**
 * Equal samples that make a flat line, besides: below 10 Hz two seconds hold so few that a slow signal is equal for as
 * long.
 */
const LEAST_FLAT_SAMPLES = 20;

/**
 * The recording must have been read with its block tables. All findings, in the order of `FINDINGS`; an empty list says
 * that nothing is implausible, not that the recording is right.
 */
export async function findings(ecg: StoredEcg, database: Connection): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [number, channel] of ecg.channels.entries())
    found.push(...ofDescription(channel), ...(await ofChannel(ecg, number, channel, database)));
  found.push(...(await limbFindings(ecg, database)));
  return together(found).toSorted((a, b) => FINDINGS.indexOf(a.code) - FINDINGS.indexOf(b.code));
}

function ofDescription({ name, lead, samplingRate, unit, calibrated }: StoredChannel): Finding[] {
  const about = (code: Finding['code'], message: string): Finding => finding(code, [name], message, null, NOWHERE);
  const found: Finding[] = [];
  if (samplingRate === null)
    found.push(
      about('sampling-rate-missing', 'Without a sampling rate there are no times: set samplingRate with PATCH.'),
    );
  if (!isPhysical(unit))
    found.push(
      about(
        'unit-missing',
        'Without a unit of a physical quantity the values have no scale and cannot be compared: set unit and gain with PATCH.',
      ),
    );
  else if (!calibrated)
    found.push(
      about(
        'not-calibrated',
        'The gain is not known and a default is used, so amplitudes may be wrong. Set unit and gain with PATCH.',
      ),
    );
  if (lead === null)
    found.push(
      about('lead-unknown', 'The name is not that of a known lead, or another channel already has that lead.'),
    );
  return found;
}

async function ofChannel(
  ecg: StoredEcg,
  number: number,
  channel: StoredChannel,
  database: Connection,
): Promise<Finding[]> {
  const {
    name,
    samplingRate,
    summary: { samples, missing, minimum, maximum },
  } = channel;
  const whole: Stretches = { kept: [{ first: 0, end: samples }], count: 1 };
  const about = (code: Finding['code'], message: string, stretches: Stretches): Finding =>
    finding(code, [name], message, samplingRate, stretches);
  if (samples === missing) return [about('nothing-recorded', 'Every sample is missing.', whole)];
  const found: Finding[] = [];
  const stretches = await stretchesOf(ecg, number, channel, database);
  if (missing > MOSTLY * samples)
    found.push(
      about(
        'mostly-missing',
        'More than half of the samples are missing.',
        stretches.missing.count > 0 ? stretches.missing : whole,
      ),
    );
  else if (stretches.missing.count > 0)
    found.push(
      about('samples-missing', `All samples are missing for more than ${LASTING_SECONDS} s.`, stretches.missing),
    );
  if (minimum === maximum && isElectrical(channel))
    return [...found, about('lead-off', 'The line is flat: the electrode may be off.', whole)];
  if (stretches.flat.count > 0)
    found.push(
      about(
        'lead-off',
        `The line is flat for more than ${LASTING_SECONDS} s: the electrode may have been off for a while.`,
        stretches.flat,
      ),
    );
  if (stretches.clipped.count > 0) {
    found.push(
      about(
        'clipped',
        'The line repeatedly stays at its lowest or highest value: the amplifier may have been at its limit.',
        stretches.clipped,
      ),
    );
  }
  return found;
}

/** Whether a channel can come from electrodes: other signals may rest, and stay at their limit. */
const isElectrical = ({ lead, unit }: StoredChannel): boolean => lead !== null || millivolts(unit) !== null;

/** Looks at every block of a channel; those of which the summary says it all are not read. */
async function stretchesOf(
  ecg: StoredEcg,
  number: number,
  channel: StoredChannel,
  database: Connection,
): Promise<StretchFinder> {
  const { blockTable, samplingRate, summary } = channel;
  const electrical = isElectrical(channel);
  const lasting = samplingRate === null ? Infinity : Math.floor(LASTING_SECONDS * samplingRate) + 1;
  const finder = new StretchFinder({
    most: MAX_RANGES,
    flatFrom: electrical ? Math.max(lasting, LEAST_FLAT_SAMPLES) : Infinity,
    missingFrom: lasting,
    limits: electrical ? { lowest: summary.minimum, highest: summary.maximum } : null,
  });
  if (!electrical && summary.missing === 0) return finder;
  const count = Math.ceil(summary.samples / BLOCK_SAMPLES);
  const uniform = Array.from({ length: count }, (_, index) => uniformValue(tableRow(blockTable, index)));
  for (let index = 0; index < count;) {
    const value = uniform[index] ?? null;
    if (value !== null) {
      finder.pushUniform(value, Math.min(BLOCK_SAMPLES, summary.samples - index * BLOCK_SAMPLES));
      index++;
      continue;
    }
    let last = index;
    while (last + 1 < count && uniform[last + 1] === null) last++;
    for await (const samples of readBlocks(database, ecg._id, number, index, last)) finder.push(samples);
    index = last + 1;
  }
  finder.finish();
  return finder;
}

/** The one value of a block, NaN where every sample is missing; null where it has to be read. */
function uniformValue({ samples, missing, minimum, maximum }: ReturnType<typeof tableRow>): number | null {
  if (missing === samples) return NaN;
  return missing === 0 && minimum === maximum ? minimum : null;
}

/** One finding for all channels that share its words and places. */
function together(found: readonly Finding[]): Finding[] {
  const byWords = new Map<string, Finding>();
  for (const one of found) {
    const key = JSON.stringify([one.code, one.message, one.ranges, one.moreRanges]);
    const same = byWords.get(key);
    if (same) same.channels.push(...one.channels);
    else byWords.set(key, { ...one, channels: [...one.channels] });
  }
  return [...byWords.values()];
}
