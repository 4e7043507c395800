/**
 * The summaries of the minutes of long channels: a trend over a day is made of them and reads one document. Channels
 * of one block are counted from it.
 */
import type { Connection, mongo } from 'mongoose';
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import type { SignalSummary } from '../../signal/summary.ts';
import { windowsIn } from '../../signal/window-grid.ts';
import { ROW_BYTES } from './block-table.ts';
import { minuteCollection } from './content-model.ts';
import type { StoredChannel, StoredEcg } from './model.ts';

/** Seconds of a window of the grid. */
export const MINUTE = 60;
/** Bytes of the tables of one document: 97 hours of 20 channels, far below the 16 MiB of MongoDB. */
export const MINUTES_DOCUMENT_BYTES = 8 << 20;
/** Minutes of one channel, 80 days: its table has to fit in a document. */
const MAX_MINUTES = Math.floor(MINUTES_DOCUMENT_BYTES / ROW_BYTES);
/** Hz. The samples of a slower channel are smaller than the summaries of its minutes. */
export const MIN_MINUTES_RATE = 1;

/** The minutes of one channel, as they were counted. */
export interface ChannelMinutes {
  samplingRate: number;
  zeroLevel: number;
  rows: readonly SignalSummary[];
}

/** Whether the minutes of a channel are stored. */
export const hasMinutes = ({ samplingRate, summary: { samples } }: Pick<StoredChannel, 'samplingRate' | 'summary'>) =>
  samples > BLOCK_SAMPLES &&
  samplingRate !== null &&
  samplingRate >= MIN_MINUTES_RATE &&
  windowsIn(samples, samplingRate, MINUTE) <= MAX_MINUTES;

/** The packed minutes of these channels, by channel number. Those that are not stored, or not valid, are left out. */
export async function storedMinutes(
  database: Connection,
  { _id, channels }: Pick<StoredEcg, '_id' | 'channels'>,
  numbers: readonly number[],
): Promise<Map<number, mongo.Binary>> {
  const long = numbers.filter((number) => hasMinutes(channels[number] as StoredChannel));
  const tables = new Map<number, mongo.Binary>();
  if (long.length === 0) return tables;
  const onlyThese = { $filter: { input: '$channels', cond: { $in: ['$$this.channel', long] } } };
  const documents = minuteCollection(database).find(
    { ecg: _id, 'channels.channel': { $in: long } },
    { projection: { channels: onlyThese } },
  );
  for await (const { channels: found } of documents)
    for (const { channel, samplingRate, zeroLevel, table } of found) {
      const current = channels[channel] as StoredChannel;
      if (samplingRate === current.samplingRate && zeroLevel === current.zeroLevel) tables.set(channel, table);
    }
  return tables;
}
