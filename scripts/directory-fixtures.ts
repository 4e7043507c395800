/**
 * Recreates `fixtures/directory/`: studies of the patients in `fixtures/synthea/`, and attendances of technicians who
 * are only known by numbers. Usage: `npx tsx scripts/directory-fixtures.ts`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/synth/random.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const STUDIES = 40;
const ATTENDANCES = 120;
const DAY = 86_400_000;
/** Deadlines are in the half year after this day. */
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAYS = 181;

const URGENCIES = ['HIGH', 'MID', 'LOW'];
const EXAMINATIONS = [
  ['XRAY', 'CHEST', 'Chest in two planes'],
  ['XRAY', 'HAND', 'Left hand in two planes'],
  ['MAMMOGRAM', 'BREAST', 'Screening of both sides'],
  ['ULTRASOUND', 'ABDOMEN', 'Upper abdomen'],
  ['ECG', 'HEART', 'Resting ECG with 12 leads'],
  ['HOLTER', 'HEART', 'Holter for 24 hours'],
  ['CT', 'HEAD', 'Without contrast medium'],
  ['MRI', 'KNEE', 'Right knee'],
] as const;
const BASES = ['CE - JUAZEIRO DO NORTE', 'CE - FORTALEZA', 'PE - RECIFE', 'BA - SALVADOR'];
const TECHNICIANS = 6;
const CLIENTS = 15;

const numbers = new Random(41, 'directory');
const pick = <T>(from: readonly T[]): T => from[Math.floor(numbers.uniform() * from.length)] as T;
const upTo = (count: number): number => 1 + Math.floor(numbers.uniform() * count);

/** With the columns of the system that kept patients with their studies, and its space after each comma. */
function studies(): string {
  const patients = readFileSync(`${FIXTURES}synthea/patients.csv`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(',')));
  const rows = Array.from({ length: STUDIES }, () => {
    const [type, bodyPart, description] = pick(EXAMINATIONS);
    return [pick(URGENCIES), bodyPart, description, type, pick(patients)].join(', ');
  });
  return lines('urgency_level, body_part, description, type, patient_id', rows);
}

/**
 * With the columns of the system that ordered attendances. Of ten, about six were on time, two late, and two are open.
 */
function attendances(): string {
  const rows = Array.from({ length: ATTENDANCES }, (_, i) => {
    const technician = upTo(TECHNICIANS);
    const deadline = FIRST_DAY + (upTo(DAYS) - 1) * DAY;
    const outcome = numbers.uniform();
    const attended = deadline + (outcome < 0.6 ? -upTo(5) : upTo(4)) * DAY + (8 * 60 + upTo(540)) * 60_000;
    return [
      `A-${String(i + 1).padStart(4, '0')}`,
      `Client ${upTo(CLIENTS)}`,
      `Technician ${technician}`,
      BASES[technician % BASES.length],
      day(deadline),
      outcome < 0.8 ? `${day(attended)} ${clock(attended)}` : '-',
    ].join(';');
  });
  return lines('id_atendimento;id_cliente;angel;polo;data_limite;data_de_atendimento', rows);
}

const iso = (instant: number): string => new Date(instant).toISOString();
const day = (instant: number): string => iso(instant).slice(0, 10).split('-').toReversed().join('/');
const clock = (instant: number): string => iso(instant).slice(11, 16);
const lines = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;

mkdirSync(`${FIXTURES}directory`, { recursive: true });
writeFileSync(`${FIXTURES}directory/studies.csv`, studies());
writeFileSync(`${FIXTURES}directory/attendances.csv`, attendances());
