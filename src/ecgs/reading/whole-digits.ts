/** Prepares a recording for a format that stores integers only: decimals are scaled, exactly if that is possible. */
import type { Connection } from 'mongoose';
import { quoted } from '../../formats/common/messages.ts';
import type { ReadFrames } from '../../formats/common/frames.ts';
import {
  type Conversion,
  converted,
  DecimalSearch,
  needsConversion,
  readConverted,
} from '../../formats/common/whole-digits.ts';
import type { Integers, WritableChannel } from '../../formats/types.ts';
import type { ObjectId } from '../store/model.ts';
import { RecordingReader } from './recording-reader.ts';
import type { Span } from './span-cursor.ts';

/** Channels that are named in one sentence at most, and sentences of one export. */
const MAX_NAMED = 3;
const MAX_SENTENCES = 10;

export interface WholeDigits {
  channels: WritableChannel[];
  read: ReadFrames;
  /** In sentences, the errors of samples that had to be rounded. */
  losses: string[];
}

/**
 * Reads the channels of decimals once, block by block, and finds their conversions. Channels that the format can store
 * as they are stay unchanged, and so do those whose samples no scale can express.
 * @param channels as they would be written
 * @param spans of each of them
 * @param reader reads the spans afterwards; it keeps blocks that are read here, if there is room
 */
export async function inWholeDigits(
  channels: readonly WritableChannel[],
  spans: readonly Span[],
  reader: RecordingReader,
  integers: Integers,
  source: { database: Connection; ecg: ObjectId; signal: AbortSignal | undefined },
): Promise<WholeDigits> {
  const searches = channels.map((channel) =>
    needsConversion(channel, integers) ? new DecimalSearch(channel, integers) : null,
  );
  await searchIn(searches, spans, reader, source);
  const conversions = searches.map((search) => search?.conversion ?? null);
  const written = channels.map((channel, number) => {
    const conversion = conversions[number];
    return conversion ? converted(channel, conversion) : channel;
  });
  return {
    channels: written,
    read: readConverted(reader.read, written, conversions),
    losses: roundingLosses(channels, conversions, integers.bits),
  };
}

async function searchIn(
  searches: readonly (DecimalSearch | null)[],
  spans: readonly Span[],
  reader: RecordingReader,
  { database, ecg, signal }: { database: Connection; ecg: ObjectId; signal: AbortSignal | undefined },
): Promise<void> {
  const places = [...searches.keys()].filter((number) => searches[number]?.isOpen);
  const open = new RecordingReader(
    database,
    ecg,
    places.map((number) => spans[number] as Span),
    signal,
  );
  for await (const part of open.inTurn()) {
    searches[places[part.span] as number]?.push(part.samples);
    reader.keep(part);
    if (!searches.some((search) => search?.isOpen)) return;
  }
}

/** One sentence for the channels that are rounded to the same steps. */
export function roundingLosses(
  channels: readonly WritableChannel[],
  conversions: readonly (Conversion | null)[],
  bits: Integers['bits'],
): string[] {
  const names = new Map<string, string[]>();
  for (const [number, { name, calibrated, unit, gain }] of channels.entries()) {
    const conversion = conversions[number];
    if (!conversion || conversion.error === 0) continue;
    const inUnits = calibrated && unit !== null;
    const said = (value: number): string =>
      `${Number((inUnits ? value / Math.abs(gain) : value).toPrecision(3))} ${inUnits ? unit : 'stored units'}`;
    const how = `rounded to steps of ${said(1 / conversion.scale)}, by at most ${said(conversion.error)}`;
    names.set(how, [...(names.get(how) ?? []), name]);
  }
  const sentences = [...names].map(([how, all]) => {
    const more = all.length > MAX_NAMED ? ` and ${all.length - MAX_NAMED} more` : '';
    const named = all.slice(0, MAX_NAMED).map((name) => quoted(name));
    return `As integers of ${bits} bits, ${named.join(', ')}${more} ${all.length > 1 ? 'are' : 'is'} ${how}.`;
  });
  if (sentences.length <= MAX_SENTENCES) return sentences;
  const others = sentences.length - MAX_SENTENCES;
  return [...sentences.slice(0, MAX_SENTENCES), `Channels of ${others} other scales are rounded as well.`];
}
