/**
 * Finds what is implausible about a recording: its description, each channel, and the leads compared with each other;
 * over its whole length, block by block.
 */
import type { Connection } from 'mongoose';
import { CALIBRATION_PULSE } from '../../formats/types.ts';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { Samples } from '../../signal/samples.ts';
import type { Stretches } from '../../signal/stretches.ts';
import { isPhysical } from '../../signal/units.ts';
import { isEmpty, isFlat, isMostlyMissing } from '../store/evident.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';
import { ChannelStretches, LASTING_SECONDS } from './channel-stretches.ts';
import { type Finding, finding, FINDINGS, NOWHERE } from './finding.ts';
import { LimbChecks, limbLeads } from './limb-checks.ts';
import { RecordingReader } from './recording-reader.ts';
import { spanOf, wholeSpan } from './span-cursor.ts';

/**
 * The recording must have been read with its block tables. Returns all findings, in the order of `FINDINGS`; an empty
 * list means that nothing is implausible, not that the recording is correct.
 * @param signal aborts the reading with its reason
 */
export async function findings(ecg: StoredEcg, database: Connection, signal?: AbortSignal): Promise<Finding[]> {
  const { channels } = ecg;
  // A pulse is flat and the same in all leads: only its description can be implausible.
  if (ecg.part === CALIBRATION_PULSE) return inOrder(channels.flatMap(ofDescription));
  const limbs = limbLeads(channels);
  const limbChecks = limbs.length > 0 ? new LimbChecks(limbs.map((number) => channels[number] as StoredChannel)) : null;
  const found = channels.map((channel) => new ChannelStretches(channel));
  const others = channels.flatMap((_, number) =>
    limbs.includes(number) ? [] : (found[number]?.needed.map((range) => spanOf(ecg, number, range)) ?? []),
  );
  // Spans of the limb leads come first, so that the index of a lane is that of its lead.
  const spans = [...limbs.map((number) => wholeSpan(ecg, number)), ...others];
  const reader = new RecordingReader(database, ecg._id, spans, signal);
  // They are equally long and begin with a block, so whole blocks are read.
  const lanes = limbs.map((_, channel) => ({ channel, perFrame: 1 }));
  let first = 0;
  for await (const { count, runs } of reader.read(lanes, BLOCK_SAMPLES)) {
    const blocks = runs.map(([block]) => block as Samples);
    limbChecks?.push(blocks);
    for (const [i, number] of limbs.entries()) found[number]?.push(first, blocks[i] as Samples);
    first += count;
  }
  for await (const part of reader.inTurn()) found[part.channel]?.push(part.first, part.samples);
  const ofChannels = channels.flatMap((channel, number) => {
    const stretches = found[number] as ChannelStretches;
    stretches.finish();
    return [...ofDescription(channel), ...ofChannel(channel, stretches)];
  });
  return inOrder([...ofChannels, ...(limbChecks?.findings ?? [])]);
}

const inOrder = (found: readonly Finding[]): Finding[] =>
  together(found).toSorted((a, b) => FINDINGS.indexOf(a.code) - FINDINGS.indexOf(b.code));

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
        'Without a unit of a physical quantity the values have no scale and cannot be compared: set unit and ' +
          'gain with PATCH.',
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

function ofChannel(channel: StoredChannel, stretches: ChannelStretches): Finding[] {
  const {
    name,
    samplingRate,
    summary: { samples },
  } = channel;
  const whole: Stretches = { kept: [{ first: 0, end: samples }], count: 1 };
  const about = (code: Finding['code'], message: string, where: Stretches): Finding =>
    finding(code, [name], message, samplingRate, where);
  if (isEmpty(channel)) return [about('nothing-recorded', 'Every sample is missing.', whole)];
  const found: Finding[] = [];
  if (isMostlyMissing(channel))
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
  if (isFlat(channel)) return [...found, about('lead-off', 'The line is flat: the electrode may be off.', whole)];
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

/** Merges findings with the same text and ranges into one for all their channels. */
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
