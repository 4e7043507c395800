/** Streams a recording as a FHIR R4 Observation: a component with SampledData per channel, or several if it is long. */
import { claimableUnit } from '../../signal/units.ts';
import { baseName } from '../common/file-names.ts';
import { type ReadFrames, runsOf } from '../common/frames.ts';
import { CODE_OF_LEAD } from '../common/lead-codes.ts';
import { uniqueNames } from '../common/names.ts';
import { decimalText, plainDecimalText } from '../common/numbers.ts';
import { SAFE_DIGITS } from '../common/steps.ts';
import { listText, textBytes } from '../common/text-bytes.ts';
import { UCUM, ucumOf } from '../common/ucum.ts';
import type { Encoder, Subject, WritableChannel, WritableRecording } from '../types.ts';
import { contentError } from './failure.ts';

const MDC = 'urn:iso:std:iso:11073:10101';
/** MDC_ECG_ELEC_POTL; the code of a lead is this plus the lead's number in `2:n`. */
const POTENTIAL = 131328;
/** Longest string, in bytes (R4, 2.24.0.1: datatypes). */
const MAX_STRING = 1_048_576;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\p{Cs}]/gu;

/**
 * Follows value = origin + data · factor: the data are the stored digits, the factor is 1 / gain, the origin -zero
 * level / gain, both with at most 15 digits. A missing sample is `E`. Annotations are left out, as are the units of
 * channels that are not calibrated.
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
  const names = uniqueNames(recording.channels.map(({ name }, number) => clean(name) ?? `channel ${number + 1}`));
  for (const [number, channel] of recording.channels.entries()) {
    const code = JSON.stringify(codeOf(channel, names[number] as string));
    const before = `{"code":${code},"valueSampledData":{${scaleMembers(channel)},"data":"`;
    yield `${number === 0 ? '' : ','}${before}`;
    yield* divided(listText(runsOf(read, number), ' ', 'E', plainDecimalText), `"}},${before}`);
    yield '"}}';
  }
  yield ']}\n';
}

/** A list of samples in strings of at most `MAX_STRING` bytes. @param between ends a string and begins the next */
async function* divided(list: AsyncIterable<string>, between: string): AsyncGenerator<string, void, void> {
  let room = MAX_STRING;
  for await (const piece of list) {
    let rest = piece;
    while (rest.length > room) {
      const blank = rest.lastIndexOf(' ', room);
      yield `${rest.slice(0, Math.max(0, blank))}${between}`;
      rest = rest.slice(blank + 1);
      room = MAX_STRING;
    }
    yield rest;
    room -= rest.length;
  }
}

/** A text without the characters that a FHIR string cannot have; null if nothing is left. */
function clean(text: string | null): string | null {
  const cleaned = text?.replaceAll(UNWRITABLE, ' ').trim() ?? '';
  return cleaned === '' ? null : cleaned;
}

function headOf({ externalId, date, notes, subject }: WritableRecording): object {
  const [identifier, note] = [clean(externalId), clean(notes)];
  return {
    resourceType: 'Observation',
    ...(identifier !== null && { identifier: [{ value: identifier }] }),
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
    ...(note !== null && { note: [{ text: note }] }),
  };
}

function subjectOf(subject: Subject | null): object {
  const [patientId, patientName] = [clean(subject?.patientId ?? null), clean(subject?.patientName ?? null)];
  if (patientId === null && patientName === null) return {};
  return {
    subject: {
      ...(patientId !== null && { identifier: { value: patientId } }),
      ...(patientName !== null && { display: patientName }),
    },
  };
}

function codeOf({ lead }: WritableChannel, name: string): object {
  if (lead === null) return { text: name };
  const number = Number(CODE_OF_LEAD[lead].replace('2:', ''));
  return {
    coding: [{ system: MDC, code: String(POTENTIAL + number), display: `MDC_ECG_ELEC_POTL_${lead.toUpperCase()}` }],
    text: name,
  };
}

function scaleMembers(channel: WritableChannel): string {
  const { gain, zeroLevel, samplingRate } = channel;
  const unit = clean(claimableUnit(channel));
  const code = unit === null ? null : (ucumOf(unit)?.code ?? null);
  const unitText = unit === null ? '' : `,"unit":${JSON.stringify(unit)}`;
  const codeText = code === null ? '' : `,"system":"${UCUM}","code":"${code}"`;
  return (
    `"origin":{"value":${rounded(0 - zeroLevel / gain)}${unitText}${codeText}},` +
    `"period":${rounded(1000 / (samplingRate as number))},"factor":${rounded(1 / gain)},"dimensions":1`
  );
}

/** A number with no more digits than other programs keep. */
const rounded = (value: number): string => decimalText(Number(value.toPrecision(SAFE_DIGITS)));
