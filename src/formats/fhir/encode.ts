/** Streams a recording as a FHIR R4 Observation: one component with SampledData per channel. */
import { claimableUnit } from '../../signal/units.ts';
import { baseName } from '../common/file-names.ts';
import { type ReadFrames, runsOf } from '../common/frames.ts';
import { CODE_OF_LEAD } from '../common/lead-codes.ts';
import { decimalText, plainDecimalText, tidied } from '../common/numbers.ts';
import { listText, textBytes } from '../common/text-bytes.ts';
import type { Encoder, Subject, WritableChannel, WritableRecording } from '../types.ts';
import { contentError } from './failure.ts';

const MDC = 'urn:iso:std:iso:11073:10101';
/** MDC_ECG_ELEC_POTL; the code of a lead is this plus the lead's number in `2:n`. */
const POTENTIAL = 131328;
const UCUM = 'http://unitsofmeasure.org';
const UCUM_CODES: Readonly<Record<string, string>> = { mV: 'mV', uV: 'uV', µV: 'uV', μV: 'uV', V: 'V', nV: 'nV' };

/**
 * Follows value = origin + data · factor: the data are the stored digits, the factor is 1 / gain, the origin -zero
 * level / gain. A missing sample is `E`. Annotations are left out, as are the units of channels that are not
 * calibrated.
 * @throws FormatError if a channel has no sampling rate or no samples
 */
export const encodeFhir: Encoder = (recording, read) => {
  if (recording.channels.length === 0) throw contentError(null, 'There is no channel to write.');
  for (const { name, samplingRate, samples } of recording.channels) {
    if (samplingRate === null)
      throw contentError(
        null,
        `FHIR needs a sampling rate, but that of ${JSON.stringify(name)} is unknown. Set it first.`,
      );
    if (samples === 0)
      throw contentError(
        null,
        `${JSON.stringify(name)} has no sample to write: choose another window or other channels.`,
      );
  }
  return [{ name: `${baseName(recording)}.json`, bytes: textBytes(pieces(recording, read)) }];
};

async function* pieces(recording: WritableRecording, read: ReadFrames): AsyncGenerator<string, void, void> {
  yield `${JSON.stringify(headOf(recording)).slice(0, -1)},"component":[`;
  for (const [number, channel] of recording.channels.entries()) {
    const code = JSON.stringify(codeOf(channel));
    yield `${number === 0 ? '' : ','}{"code":${code},"valueSampledData":{${scaleMembers(channel)},"data":"`;
    yield* listText(runsOf(read, number), ' ', 'E', plainDecimalText);
    yield '"}}';
  }
  yield ']}\n';
}

function headOf({ externalId, date, notes, subject }: WritableRecording): object {
  return {
    resourceType: 'Observation',
    ...(externalId !== null && { identifier: [{ value: externalId }] }),
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'procedure',
            display: 'Procedure',
          },
        ],
      },
    ],
    code: { coding: [{ system: MDC, code: String(POTENTIAL), display: 'MDC_ECG_ELEC_POTL' }] },
    ...subjectOf(subject),
    ...(date !== null && { effectiveDateTime: date }),
    ...(notes !== null && notes.trim() !== '' && { note: [{ text: notes }] }),
  };
}

function subjectOf(subject: Subject | null): object {
  const { patientId, patientName } = subject ?? { patientId: null, patientName: null };
  if (patientId === null && patientName === null) return {};
  return {
    subject: {
      ...(patientId !== null && { identifier: { value: patientId } }),
      ...(patientName !== null && { display: patientName }),
    },
  };
}

function codeOf({ name, lead }: WritableChannel): object {
  if (lead === null) return { text: name };
  const number = Number(CODE_OF_LEAD[lead].replace('2:', ''));
  return {
    coding: [{ system: MDC, code: String(POTENTIAL + number), display: `MDC_ECG_ELEC_POTL_${lead.toUpperCase()}` }],
    text: name,
  };
}

function scaleMembers(channel: WritableChannel): string {
  const { gain, zeroLevel, samplingRate } = channel;
  const unit = claimableUnit(channel);
  const factor = 1 / gain;
  const code = unit === null ? undefined : UCUM_CODES[unit];
  const unitText = unit === null ? '' : `,"unit":${JSON.stringify(unit)}`;
  const codeText = code === undefined ? '' : `,"system":"${UCUM}","code":"${code}"`;
  const origin = decimalText(0 - tidiedOrigin(zeroLevel, gain));
  const period = 1000 / (samplingRate as number);
  return (
    `"origin":{"value":${origin}${unitText}${codeText}},` +
    `"period":${decimalText(period)},"factor":${decimalText(factor)},"dimensions":1`
  );
}

/** Physical value of stored zero, negated. */
const tidiedOrigin = (zeroLevel: number, gain: number): number =>
  tidied(zeroLevel / gain, (candidate) => candidate * gain === zeroLevel);
