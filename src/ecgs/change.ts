/**
 * Changes of channels by `PATCH /ecgs/{id}`: completes and corrects values that their file left open, never those that
 * it stated.
 */
import type { Connection } from 'mongoose';
import { Problem } from '../errors.ts';
import { summarize } from '../signal/summarize.ts';
import { EMPTY, merge, type SignalSummary } from '../signal/summary.ts';
import { isCalibrated } from '../signal/units.ts';
import { RecordingReader } from './reading/recording-reader.ts';
import { wholeSpan } from './reading/span-cursor.ts';
import { packTable } from './store/block-table.ts';
import { hasMinutes } from './store/minutes.ts';
import { DUE, type StoredChannel, type StoredEcg } from './store/model.ts';
import type { EcgPatch } from './schema.ts';

const takesRate = ({ open }: StoredChannel): boolean => open.includes('samplingRate');
const takesZero = ({ open }: StoredChannel): boolean => open.includes('zeroLevel');

/**
 * The fields to store, except date and id (`change-facts.ts`). The recording must have been read with its block tables.
 * @param signal aborts the reading with its reason
 * Errors: `already-known` if the file of every channel already states the given values.
 */
export async function changes(
  ecg: StoredEcg,
  patch: EcgPatch,
  database: Connection,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const { samplingRate, unit, gain, zeroLevel, date: _date, externalId: _externalId, ...said } = patch;
  // A unit stated by the file is kept; it may be repeated together with the gain.
  const takesScale = (channel: StoredChannel): boolean =>
    channel.open.includes('gain') && (channel.open.includes('unit') || channel.unit === unit);
  if (samplingRate !== undefined) assertTaken(ecg, 'samplingRate', takesRate);
  if (unit !== undefined) {
    assertUnitKept(ecg, unit, takesScale);
    assertTaken(ecg, 'unit and gain', takesScale);
  }
  if (zeroLevel !== undefined) assertTaken(ecg, 'zeroLevel', takesZero);
  if (samplingRate === undefined && unit === undefined && zeroLevel === undefined) return said;
  const takesNewZero = (channel: StoredChannel): boolean =>
    zeroLevel !== undefined && takesZero(channel) && zeroLevel !== channel.zeroLevel;
  const zeros = await aboutZero(ecg, takesNewZero, zeroLevel ?? 0, database, signal);
  const channels = ecg.channels.map((channel, number) => {
    const scale =
      unit !== undefined && gain !== undefined && takesScale(channel)
        ? { unit, gain, calibrated: isCalibrated({ unit, gain }) }
        : {};
    const rate = samplingRate !== undefined && takesRate(channel) ? { samplingRate } : {};
    return { ...channel, ...rate, ...scale, ...zeros.get(number) };
  });
  const isCountedAnew = channels.some(
    (channel, number) => hasMinutes(channel) && !isSameCount(channel, ecg.channels[number] as StoredChannel),
  );
  return { ...said, channels, ...(isCountedAnew && { derivedDueAt: DUE }) };
}

/** Whether the minutes of the one are those of the other. */
const isSameCount = (a: StoredChannel, b: StoredChannel): boolean =>
  a.samplingRate === b.samplingRate && a.zeroLevel === b.zeroLevel;

/** If the file states a unit and no gain, the same unit must be given with the gain. */
function assertUnitKept({ channels }: StoredEcg, unit: string, takes: (channel: StoredChannel) => boolean): void {
  const stated = channels.find(({ open }) => open.includes('gain') && !open.includes('unit'));
  if (stated === undefined || channels.some(takes)) return;
  throw new Problem(
    'already-known',
    `The unit of ${JSON.stringify(stated.name)} is ${stated.unit} in its file, not ${unit}: give ${stated.unit}` +
      ' with the gain.',
  );
}

function assertTaken({ channels }: StoredEcg, what: string, takes: (channel: StoredChannel) => boolean): void {
  if (channels.some(takes)) return;
  throw new Problem(
    'already-known',
    `The file states ${what} for every channel. What the file states cannot be changed.`,
  );
}

/**
 * Crossings are counted about physical zero: if that changes, every block is counted again. @returns the changed
 * channels, by number
 */
async function aboutZero(
  ecg: StoredEcg,
  isMeant: (channel: StoredChannel) => boolean,
  zeroLevel: number,
  database: Connection,
  signal: AbortSignal,
): Promise<Map<number, Pick<StoredChannel, 'zeroLevel' | 'summary' | 'blockTable'>>> {
  const numbers = [...ecg.channels.keys()].filter((number) => isMeant(ecg.channels[number] as StoredChannel));
  const spans = numbers.map((number) => wholeSpan(ecg, number));
  const blocks = new Map(numbers.map((number): [number, SignalSummary[]] => [number, []]));
  for await (const { channel, samples } of new RecordingReader(database, ecg._id, spans, signal).inTurn())
    blocks.get(channel)?.push(summarize(samples, zeroLevel));
  return new Map(
    Array.from(blocks, ([number, summaries]) => [
      number,
      { zeroLevel, summary: summaries.reduce(merge, EMPTY), blockTable: packTable(summaries) },
    ]),
  );
}
