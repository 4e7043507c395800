/** The addresses of exports and pictures. Pure. */
import { GAINS, LINE_WIDTH, SPEEDS } from '../../../src/paper/types.ts';
import { API } from '../../api/paths.ts';
import type { View } from '../view.ts';

/** Seconds; null: the whole recording. */
export type Range = { from: number; to: number } | null;

/** How a picture is drawn. */
export interface Paper extends Omit<View, 'from'> {
  /** In the unit of the channels; null: no zero lines and ticks. */
  deadBand: number | null;
  annotations: boolean;
  /** Whether leads that are not recorded are calculated. */
  calculated: boolean;
  /** Names of those that are drawn, where they are not those that the layout draws by itself. */
  channels?: readonly string[] | undefined;
}

type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

function address(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  const text = new URLSearchParams(given).toString();
  return `${API}/ecgs/${path}${text === '' ? '' : `?${text}`}`;
}

/** The milliseconds of a time: more digits say nothing. */
const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

const timesOf = (range: Range): Query => (range === null ? {} : { from: rounded(range.from), to: rounded(range.to) });

/** What is exported of a recording. */
export interface Part {
  id: string;
  range: Range;
  /** Names of those channels that have times, if they are not all: a window has only these. */
  timed?: readonly string[] | undefined;
}

const partOf = ({ range, timed }: Part): Query => ({ ...timesOf(range), channels: range === null ? undefined : timed });

/** Speeds that no paper has are drawn at the usual one, in mm/s. */
const USUAL_SPEED = 25;
const isPaperSpeed = (speed: number): boolean => (SPEEDS as readonly number[]).includes(speed);

/**
 * The first line of paper of a window that is a little longer: printed, its rest would be a line, and often a page, for
 * itself. Null if the window fits on one line, or is so long that it needs several anyway.
 */
export function lineOf({ from, to }: NonNullable<Range>, speed: number): NonNullable<Range> | null {
  const line = LINE_WIDTH / (isPaperSpeed(speed) ? speed : USUAL_SPEED);
  const lines = rounded(to - from) / line;
  return lines > 1 && lines < 1.5 ? { from, to: from + line } : null;
}

/** @param date when a recording without a date began; '' if that is not said. De-identified, it is left out */
export const exportAddress = (part: Part, format: string, deidentify: boolean, date = ''): string =>
  address(`${part.id}/export`, {
    format,
    ...partOf(part),
    ...(deidentify ? { deidentify } : { date: date === '' ? undefined : date }),
  });

export const insightsAddress = (part: Part, deadBand: number): string =>
  address(`${part.id}/insights`, { ...partOf(part), deadBand: deadBand === 0 ? undefined : deadBand });

/**
 * A picture as it is on the screen. Only PDFs name the patient. Speeds and gains that no paper has are left out: the
 * picture is then drawn at the usual ones.
 */
export function pictureAddress(
  id: string,
  type: 'pdf' | 'png' | 'svg',
  range: NonNullable<Range>,
  paper: Paper,
): string {
  const { layout, speed, gain, halfGainV, deadBand, annotations, calculated, channels } = paper;
  return address(`${id}/ecg.${type}`, {
    ...timesOf(range),
    channels,
    layout,
    speed: isPaperSpeed(speed) ? speed : undefined,
    gain: (GAINS as readonly number[]).includes(gain) ? gain : undefined,
    gainV: halfGainV ? 'half' : undefined,
    crossings: deadBand === null ? undefined : true,
    deadBand: deadBand === null || deadBand === 0 ? undefined : deadBand,
    annotations: annotations ? undefined : false,
    calculated: calculated ? undefined : false,
    header: type === 'pdf' ? true : undefined,
  });
}
