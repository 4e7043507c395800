/** Section 7: global measurements, the waves of the reference beat, and pacemaker spikes. */
import type { Annotation } from '../types.ts';
import type { Section } from './section.ts';

const HEADER = 6;
/** Five onsets and offsets in milliseconds, and three axes in degrees, of each reference beat. */
const BLOCK = 16;
/** Time and amplitude of a spike; then, after those of all spikes, its description. */
const SPIKE = 4;
const SPIKE_DESCRIPTION = 6;
/** Stand for values that were not measured. */
const NOT_MEASURED: ReadonlySet<number> = new Set([29999, 0xffff]);
const NO_AXIS: ReadonlySet<number> = new Set([999, 29999, -29999, -32768]);
/** The formula of a corrected QT interval; others are not named. */
const BAZETT = 1;

export interface Measurements {
  /** One per line. */
  notes: string[];
  /** The waves of reference beat 0, in seconds from its beginning. */
  waves: Annotation[];
  /** In seconds from the beginning of the recording. */
  spikes: Annotation[];
}

/** @throws FormatError `syntax` if the section is too short for what it announces */
export function measurementsOf(section: Section): Measurements {
  const [blocks, spikes] = [section.u8(0), section.u8(1)];
  const notes = [line('RR interval', section.u16(2), 'ms'), line('PP interval', section.u16(4), 'ms')];
  const waves: Annotation[] = [];
  if (blocks > 0) {
    const [pOnset, pOffset, qrsOnset, qrsOffset, tOffset] = [0, 2, 4, 6, 8].map((at) =>
      measured(section.u16(HEADER + at)),
    ) as [number | null, number | null, number | null, number | null, number | null];
    notes.push(
      line('P duration', difference(pOnset, pOffset), 'ms'),
      line('PR interval', difference(pOnset, qrsOnset), 'ms'),
      line('QRS duration', difference(qrsOnset, qrsOffset), 'ms'),
      line('QT interval', difference(qrsOnset, tOffset), 'ms'),
      ...['P', 'QRS', 'T'].map((wave, i) => axis(wave, section.i16(HEADER + 10 + 2 * i))),
    );
    waves.push(...wave('P wave', pOnset, pOffset), ...wave('QRS complex', qrsOnset, qrsOffset));
    if (tOffset !== null) waves.push(mark(tOffset / 1000, 'end of T wave'));
  }
  const first = HEADER + BLOCK * blocks;
  const marks = Array.from({ length: spikes }, (_, i) =>
    mark(section.u16(first + SPIKE * i) / 1000, 'pacemaker spike'),
  );
  const rest = first + (SPIKE + SPIKE_DESCRIPTION) * spikes;
  return {
    notes: [...notes, ...additional(section, rest)].filter((note) => note !== null),
    waves: waves.toSorted((a, b) => a.at - b.at),
    spikes: marks.toSorted((a, b) => a.at - b.at),
  };
}

/** Rates and corrected QT, after a list of the types of all QRS complexes; files may end before them. */
function additional(section: Section, at: number): (string | null)[] {
  if (at + 2 > section.body.length) return [];
  const from = at + 2 + section.u16(at);
  if (from + 7 > section.body.length) return [];
  return [
    line('Ventricular rate', section.u16(from), '/min'),
    line('Atrial rate', section.u16(from + 2), '/min'),
    line(section.u8(from + 6) === BAZETT ? 'QTc interval (Bazett)' : 'QTc interval', section.u16(from + 4), 'ms'),
  ];
}

const measured = (value: number): number | null => (NOT_MEASURED.has(value) ? null : value);

const difference = (from: number | null, to: number | null): number =>
  from === null || to === null ? 0 : Math.max(0, to - from);

/** Zero means that there is no value. */
const line = (name: string, value: number, unit: string): string | null =>
  value === 0 || NOT_MEASURED.has(value) ? null : `${name}: ${value} ${unit}`;

const axis = (wave: string, degrees: number): string | null =>
  NO_AXIS.has(degrees) ? null : `${wave} axis: ${degrees}°`;

const wave = (text: string, onset: number | null, offset: number | null): Annotation[] =>
  onset === null || offset === null || offset < onset
    ? []
    : [{ ...mark(onset / 1000, text), duration: (offset - onset) / 1000 }];

const mark = (at: number, text: string): Annotation => ({ at, duration: null, channel: null, code: null, text });
