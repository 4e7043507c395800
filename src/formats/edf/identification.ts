/**
 * The two free fields of the header, about the patient and about the recording. EDF+ divides them into subfields; plain
 * EDF does not.
 */
import { isDay } from '../../calendar/moment.ts';
import { asciiText } from '../common/ascii.ts';
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import type { Subject } from '../types.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DATE = /^(\d{1,2})-([A-Z]{3})-(\d{4})$/;
const UNKNOWN = 'X';
const FIELD = 80;

export interface Identification {
  subject: Subject | null;
  notes: string | null;
  /** ISO 8601 date; null if the field has none. */
  startDate: string | null;
  /** Whether the field has X: the day is unknown or hidden. */
  startHidden: boolean;
}

/**
 * @param plus whether the file is EDF+ or BDF+; otherwise both fields are free text, unless they have the subfields
 * anyway
 */
export function identificationOf(patient: string, recording: string, plus: boolean): Identification {
  const [code, sex, birth, name] = subfields(patient);
  const divided = plus || (/^[MFX]$/.test(sex ?? '') && (birth === UNKNOWN || isoDate(birth) !== null));
  const investigation = recording.startsWith('Startdate ') ? subfields(recording) : null;
  const subject: Subject = {
    patientId: divided ? known(code) : null,
    patientName: divided ? known(name) : patient || null,
    birthDate: divided ? isoDate(birth) : null,
    sex: !divided ? null : sex === 'F' ? 'female' : sex === 'M' ? 'male' : null,
    studyId: known(investigation?.[2]),
  };
  const notes =
    investigation === null
      ? [recording]
      : [
          known(investigation[4]),
          named('Technician', known(investigation[3])),
          known(investigation.slice(5).join(' ')),
        ];
  if (divided) notes.push(known(subfields(patient).slice(4).join(' ')));
  const start = investigation?.[1];
  return {
    subject: Object.values(subject).some((value) => value !== null) ? subject : null,
    notes:
      notes
        .filter((note) => note !== null && note !== '')
        .join('; ')
        .slice(0, MAX_NOTES_LENGTH) || null,
    startDate: isoDate(start),
    startHidden: start === UNKNOWN,
  };
}

/** The patient field: `code sex birthdate name`, with X for unknown or hidden values. */
export function patientField(subject: Subject | null): string {
  const sex = subject?.sex === 'female' ? 'F' : subject?.sex === 'male' ? 'M' : UNKNOWN;
  const birth = edfDate(subject?.birthDate ?? null);
  const code = subfield(subject?.patientId, 40);
  return `${code} ${sex} ${birth} ${subfield(subject?.patientName, FIELD - code.length - birth.length - 4)}`;
}

/** The recording field: `Startdate date study technician equipment`; the last two are not known. */
export function recordingField(date: string | null, subject: Subject | null): string {
  return `Startdate ${edfDate(date)} ${subfield(subject?.studyId, 40)} ${UNKNOWN} ${UNKNOWN}`;
}

const subfields = (field: string): string[] => field.split(' ').filter((part) => part !== '');

const known = (text: string | undefined): string | null => {
  const words = text?.replaceAll('_', ' ').trim() ?? '';
  return words === '' || words === UNKNOWN ? null : words;
};

const named = (name: string, value: string | null): string | null => (value === null ? null : `${name}: ${value}`);

function subfield(text: string | null | undefined, longest: number): string {
  return asciiText(text ?? '', longest).replaceAll(' ', '_') || UNKNOWN;
}

/** `2026-01-15` from `15-JAN-2026`, in any case; null for anything else and for days that do not exist. */
function isoDate(text: string | undefined): string | null {
  const parts = DATE.exec((text ?? '').toUpperCase());
  const month = MONTHS.indexOf(parts?.[2] ?? '') + 1;
  return parts === null || month === 0 ? null : existing(Number(parts[3]), month, Number(parts[1]));
}

/** `15-JAN-2026` from an ISO 8601 date. */
function edfDate(iso: string | null): string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso ?? '');
  return parts === null ? UNKNOWN : `${parts[3]}-${MONTHS[Number(parts[2]) - 1] ?? ''}-${parts[1]}`;
}

/** A day as an ISO 8601 date; null if no such day exists. */
export function existing(year: number, month: number, day: number): string | null {
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return isDay(text) ? text : null;
}
