/**
 * A seeded file of attendances: a few hundred clients, some dozen technicians and bases; most are attended, some late,
 * some open.
 */
import { Random } from '../src/synth/random.ts';

const CLIENTS = 500;
const TECHNICIANS = 60;
const BASES = 25;
const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.UTC(2025, 0, 1);

const two = (value: number): string => String(value).padStart(2, '0');
const day = (at: Date): string => `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;

/** The text of a file with this many rows; a fraction `broken` of them has a date that does not exist. */
export function attendancesFile(rows: number, seed: number, broken = 0.002): string {
  const random = new Random(seed, 'attendances');
  const among = (count: number): number => Math.floor(random.uniform() * count);
  const lines = ['id_atendimento,id_cliente,angel,polo,data_limite,data_de_atendimento'];
  for (let i = 0; i < rows; i++) {
    const deadline = new Date(START + among(365) * DAY_MS);
    const attended = new Date(deadline.getTime() + (among(14) - 10) * DAY_MS + among(24 * 60) * 60_000);
    const attendedAt =
      random.uniform() < 0.1 ? '-' : `${day(attended)} ${two(attended.getUTCHours())}:${two(attended.getUTCMinutes())}`;
    const limit = random.uniform() < broken ? '31/02/2025' : day(deadline);
    lines.push(
      `${i + 1},Client ${among(CLIENTS)},Technician ${among(TECHNICIANS)},CE - BASE ` +
        `${among(BASES)},${limit},${attendedAt}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
