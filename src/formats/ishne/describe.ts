/** What the header of an ISHNE file says about the leads, the patient, the start and the recorder. */
import { isDay } from '../../calendar/moment.ts';
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { DecodedChannel, DecodedRecording, Subject } from '../types.ts';
import type { Header, Triple } from './header.ts';

/** Nanovolts per millivolt. */
const NV_PER_MV = 1e6;

/** Lead codes (table 1 of the standard); codes without a place on the body have no name. */
const LEADS: Readonly<Record<number, string>> = {
  2: 'X',
  3: 'Y',
  4: 'Z',
  5: 'I',
  6: 'II',
  7: 'III',
  8: 'aVR',
  9: 'aVL',
  10: 'aVF',
  11: 'V1',
  12: 'V2',
  13: 'V3',
  14: 'V4',
  15: 'V5',
  16: 'V6',
  17: 'ES',
  18: 'AS',
  19: 'AI',
};
const LAST_LEAD = 19;

/** Lead qualities (table 2) that are worth a note. */
const QUALITIES: Readonly<Record<number, string>> = {
  2: 'intermittent noise (less than 10 % of the time)',
  3: 'frequent noise (more than 10 % of the time)',
  4: 'intermittently disconnected (less than 10 % of the time)',
  5: 'often disconnected (more than 10 % of the time)',
};

const PACEMAKERS: Readonly<Record<number, string>> = {
  1: 'of unknown type',
  2: 'single chamber, unipolar',
  3: 'dual chamber, unipolar',
  4: 'single chamber, bipolar',
  5: 'dual chamber, bipolar',
};

/** The channels: digits are nanovolts divided by the resolution, with zero at 0. */
export function channelsOf({ leads, samplingRate }: Header): DecodedChannel[] {
  const names = uniqueNames(leads.map(({ code }, i) => LEADS[code] ?? `channel ${i + 1}`));
  return leads.map(({ resolution }, i) => ({
    name: names[i] as string,
    samplingRate,
    unit: resolution > 0 ? 'mV' : null,
    gain: resolution > 0 ? NV_PER_MV / resolution : null,
    zeroLevel: 0,
  }));
}

/** Describes a recording. @param warnings about its samples and annotations */
export function describe(header: Header, channels: DecodedChannel[], warnings: readonly string[]): DecodedRecording {
  const said = [...header.warnings, ...aboutLeads(header, channels)];
  const day = dayOf(header.recordingDate, 'recording date', said);
  const clock = clockOf(header.startTime, said);
  if (day === null && clock !== null && header.recordingDate === null)
    said.push(`The start time ${clock} has no date and was not kept.`);
  const birthDate = dayOf(header.birthDate, 'birth date', said);
  const notes = notesOf(header, channels);
  if (notes.length > MAX_NOTES_LENGTH)
    said.push(`Comments after ${figure(MAX_NOTES_LENGTH)} characters were not kept.`);
  return {
    externalId: null,
    date: day === null || clock === null ? day : `${day}T${clock}`,
    channels,
    patient: null,
    study: null,
    notes: notes.slice(0, MAX_NOTES_LENGTH) || null,
    subject: subjectOf(header, birthDate),
    part: null,
    warnings: [...said, ...warnings],
  };
}

function aboutLeads({ leads, samplingRate }: Header, channels: readonly DecodedChannel[]): string[] {
  const said = leads.flatMap(({ code, resolution }, i) => {
    const name = channels[i]?.name;
    return [
      ...(code > LAST_LEAD ? [`The lead code ${code} of "${name}" is not one of the standard.`] : []),
      ...(resolution > 0 ? [] : [`"${name}" has no resolution: its values are stored without a calibration.`]),
    ];
  });
  if (samplingRate === null) said.push('The header has no sampling rate.');
  return said;
}

function subjectOf({ id, firstName, lastName, sex }: Header, birthDate: string | null): Subject | null {
  const subject: Subject = {
    patientId: id || null,
    patientName: `${firstName} ${lastName}`.trim() || null,
    birthDate,
    sex: sex === 1 ? 'male' : sex === 2 ? 'female' : null,
    studyId: null,
  };
  return Object.values(subject).every((value) => value === null) ? null : subject;
}

function notesOf(header: Header, channels: readonly DecodedChannel[]): string {
  const qualities = header.leads.flatMap(({ quality }, i) => {
    const words = QUALITIES[quality];
    return words === undefined ? [] : [`${channels[i]?.name} ${words}`];
  });
  const named: [string, string | undefined][] = [
    ['Pacemaker', PACEMAKERS[header.pacemaker]],
    ['Quality', qualities.join(', ')],
    ['Recorder', header.recorder],
    ['Owner', header.owner],
    ['Copyright', header.copyright],
  ];
  const lines = named.filter(([, text]) => text).map(([name, text]) => `${name}: ${text}`);
  return [header.comments, ...lines].filter((line) => line !== '').join('\n');
}

function dayOf(triple: Triple | null, what: string, warnings: string[]): string | null {
  if (triple === null) return null;
  const [day, month, year] = triple;
  const iso = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  // Years of two digits would have to be guessed.
  if (year >= 1000 && isDay(iso)) return iso;
  warnings.push(`The ${what} (day ${day}, month ${month}, year ${year}) does not exist and was not kept.`);
  return null;
}

function clockOf(triple: Triple | null, warnings: string[]): string | null {
  if (triple === null) return null;
  const [hour, minute, second] = triple;
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (isTime) return [hour, minute, second].map((part) => padded(part, 2)).join(':');
  warnings.push(`The start time (hour ${hour}, minute ${minute}, second ${second}) does not exist and was not kept.`);
  return null;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
