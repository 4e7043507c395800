/** Finds the channels that a request names, by their names or their standard leads. */
import { notFound, Problem } from '../../errors.ts';
import { queryProblem } from '../../http/validate.ts';
import { canonicalLead } from '../../signal/leads.ts';
import type { StoredChannel, StoredEcg } from '../store/model.ts';

/** Names shown in one error message. */
const MAX_SHOWN = 20;

type Named = Pick<StoredChannel, 'name' | 'lead'>;

/**
 * The numbers of the channels that a text can mean: the channel of that name, or else the one with that lead, or else
 * those that differ only in how name or lead are written (`avr`, `lead II`).
 */
export function meant(channels: readonly Named[], text: string): number[] {
  const those = (isMeant: (channel: Named) => boolean): number[] =>
    channels.flatMap((channel, number) => (isMeant(channel) ? [number] : []));
  const named = those(({ name }) => name === text);
  if (named.length > 0) return named;
  const leading = those(({ lead }) => lead === text);
  if (leading.length > 0) return leading;
  const plain = text.trim().toLowerCase();
  const lead = canonicalLead(text);
  return those((channel) => channel.name.toLowerCase() === plain || (lead !== null && channel.lead === lead));
}

const quoted = (names: readonly string[]): string => {
  const more = names.length - MAX_SHOWN;
  const shown = names.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Names of channels for a message. */
export const namesOf = (channels: readonly Named[], numbers: Iterable<number> = channels.keys()): string =>
  quoted([...numbers].map((number) => channels[number]?.name ?? ''));

/**
 * The number of the channel that a path names.
 * Errors: `not-found`; `channel-ambiguous`, which lists the names to choose from
 */
export function channelNumber({ channels }: Pick<StoredEcg, 'channels'>, text: string): number {
  const numbers = meant(channels, text);
  const [number] = numbers;
  if (number === undefined) throw notFound();
  if (numbers.length > 1)
    throw new Problem(
      'channel-ambiguous',
      `${JSON.stringify(text)} can be any of ${namesOf(channels, numbers)}. Give the name exactly.`,
    );
  return number;
}

/**
 * Numbers of the named channels, in the order of the names; of all channels without names.
 * @param wanted names or leads, or comma-separated lists of them
 * Errors: `invalid-query`, which lists the names to choose from
 */
export function chosenChannels({ channels }: StoredEcg, wanted: readonly string[] | undefined): number[] {
  if (!wanted) return channels.map((_, number) => number);
  const names = wanted.flatMap((text) =>
    meant(channels, text).length === 0 ? text.split(',').map((name) => name.trim()) : [text],
  );
  const numbers = names.map((name) => meant(channels, name));
  for (const [i, name] of names.entries()) {
    const [number, ...others] = numbers[i] as number[];
    if (number === undefined)
      throw refusal(`names no channel of the recording: "${name}"`, `Its channels are ${namesOf(channels)}.`);
    if (others.length > 0)
      throw refusal(
        `is ambiguous: "${name}" can be any of ${namesOf(channels, numbers[i])}`,
        'Give the name exactly as the recording does.',
      );
    if (numbers.slice(0, i).some(([other]) => other === number))
      throw refusal(`names "${name}" twice`, 'Name each channel once.');
  }
  return numbers.flat();
}

const refusal = (message: string, detail: string): Problem => queryProblem([{ path: '/channels', message }], detail);
