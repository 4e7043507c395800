/** Section 1: the patient, when the recording began, and remarks, as a list of tagged values (EN 1064, 5.4). */
import { isDay } from '../../calendar/moment.ts';
import { MAX_ID_LENGTH } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import type { Subject } from '../types.ts';
import { contentError } from './failure.ts';
import type { Section } from './section.ts';
import { isKnownLanguage, type TextReader, textReader } from './text.ts';

const TAGS = {
  lastName: 0,
  firstName: 1,
  patientId: 2,
  secondLastName: 3,
  birthDate: 5,
  sex: 8,
  drugs: 10,
  indication: 13,
  device: 14,
  date: 25,
  time: 26,
  freeText: 30,
  timeZone: 34,
  history: 35,
  end: 255,
} as const;
/** Place of the language support code in the description of the device. */
const LANGUAGE = 16;
/** Bytes of a drug's code before its name. */
const DRUG_CODE = 3;
/** Offset from UTC, in minutes, that stands for an unknown one, and the greatest that exists. */
const UNKNOWN_ZONE = 0x7fff;
const MAX_ZONE = 14 * 60;
/** Files of this maker are said to interleave leads and to use 10 of 16 bits, without a mark in the file. */
const DEVIATING_MAKER = /heal ?force/i;

export interface Header {
  subject: Subject | null;
  /** ISO 8601, with a zone if the file has it. */
  date: string | null;
  /** Remarks, one per line. */
  notes: string[];
  warnings: string[];
  text: TextReader;
}

/** What is known of a file without section 1. */
export const noHeader = (): Header => ({ subject: null, date: null, notes: [], warnings: [], text: textReader(0) });

/** @param most bytes of the section. @throws FormatError `content` if it is longer */
export function headerOf(section: Section, most: number): Header {
  if (section.body.length > most)
    throw contentError(section.offset, `It has more than ${figure(most)} bytes (setting MAX_METADATA_BYTES).`);
  const { tags, warnings } = tagsOf(section);
  const device = tags.get(TAGS.device)?.[0];
  const language = device?.[LANGUAGE] ?? 0;
  const text = textReader(language);
  if (!isKnownLanguage(language))
    warnings.push(`The language support code ${language} is not known; texts may be decoded wrongly.`);
  if (device !== undefined && DEVIATING_MAKER.test(Buffer.from(device).toString('latin1')))
    warnings.push(
      'Files of Healforce may deviate from the standard; compare the recording with a print of the device.',
    );
  const lines = (tag: number, skipped = 0): string[] =>
    (tags.get(tag) ?? []).map((value) => text(value.subarray(skipped)).join(' ')).filter((line) => line !== '');
  return {
    subject: subjectOf(tags, lines),
    date: startOf(tags, warnings),
    notes: [
      ...labelled('Indication', lines(TAGS.indication)),
      ...labelled('Medication', lines(TAGS.drugs, DRUG_CODE)),
      ...labelled('History', lines(TAGS.history)),
      ...lines(TAGS.freeText),
    ],
    warnings,
    text,
  };
}

const labelled = (label: string, found: string[]): string[] => found.map((line) => `${label}: ${line}`);

type Tags = ReadonlyMap<number, Uint8Array[]>;

function tagsOf(section: Section): { tags: Tags; warnings: string[] } {
  const tags = new Map<number, Uint8Array[]>();
  const { length } = section.body;
  for (let at = 0; at + 3 <= length;) {
    const tag = section.u8(at);
    if (tag === TAGS.end) break;
    const size = section.u16(at + 1);
    if (at + 3 + size > length)
      return { tags, warnings: [`Tag ${tag} of section 1 does not fit into it; it and what follows were not read.`] };
    const values = tags.get(tag);
    const value = section.bytes(at + 3, size);
    if (values) values.push(value);
    else tags.set(tag, [value]);
    at += 3 + size;
  }
  return { tags, warnings: [] };
}

function subjectOf(tags: Tags, lines: (tag: number) => string[]): Subject | null {
  const first = (tag: number): string | null => lines(tag)[0]?.slice(0, MAX_ID_LENGTH) ?? null;
  const name = [TAGS.firstName, TAGS.lastName, TAGS.secondLastName].map(first).filter((part) => part !== null);
  const sex = tags.get(TAGS.sex)?.[0]?.[0];
  const subject: Subject = {
    patientId: first(TAGS.patientId),
    patientName: name.length === 0 ? null : name.join(' ').slice(0, MAX_ID_LENGTH),
    birthDate: dayOf(tags.get(TAGS.birthDate)?.[0]),
    sex: sex === 1 ? 'male' : sex === 2 ? 'female' : null,
    studyId: null,
  };
  return Object.values(subject).every((value) => value === null) ? null : subject;
}

function startOf(tags: Tags, warnings: string[]): string | null {
  const [date, time, zone] = [TAGS.date, TAGS.time, TAGS.timeZone].map((tag) => tags.get(tag)?.[0]);
  const day = dayOf(date);
  if (day === null) {
    if (date?.some((byte) => byte !== 0)) warnings.push('The acquisition date is not a valid date and was not kept.');
    return null;
  }
  const [hour = 24, minute = 0, second = 0] = time ?? [];
  if (hour > 23 || minute > 59 || second > 59) {
    if (time !== undefined) warnings.push('The acquisition time is not a valid time and was not kept.');
    return day;
  }
  return `${day}T${two(hour)}:${two(minute)}:${two(second)}${zoneOf(zone, warnings)}`;
}

/** `+01:00`; '' if the file gives no zone. */
function zoneOf(value: Uint8Array | undefined, warnings: string[]): string {
  if (value === undefined || value.length < 2) return '';
  const minutes = new DataView(value.buffer, value.byteOffset, value.length).getInt16(0, true);
  if (minutes === UNKNOWN_ZONE) return '';
  const size = Math.abs(minutes);
  if (size > MAX_ZONE) {
    warnings.push(`The time zone, ${minutes} minutes from UTC, does not exist and was not kept.`);
    return '';
  }
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** ISO 8601 of year (two bytes), month and day; null if there is no such day. */
function dayOf(value: Uint8Array | undefined): string | null {
  if (value === undefined || value.length < 4) return null;
  const [low, high, month, day] = value as unknown as [number, number, number, number];
  const iso = `${String(low + 256 * high).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return low + high > 0 && isDay(iso) ? iso : null;
}

const two = (number: number): string => String(number).padStart(2, '0');
