/** Selects the channels named in a request. */
import { queryProblem } from '../../http/validate.ts';
import type { StoredEcg } from '../store/model.ts';

/**
 * Numbers of the named channels, in the order of the names; of all channels without names.
 * @param wanted names, or comma-separated lists of names; a canonical lead stands for the channel that has it, unless a
 * channel has that name
 * Errors: `invalid-query`
 */
export function chosenChannels({ channels }: StoredEcg, wanted: readonly string[] | undefined): number[] {
  if (!wanted) return channels.map((_, number) => number);
  const numberOf = (text: string): number => {
    const named = channels.findIndex(({ name }) => name === text);
    return named === -1 ? channels.findIndex(({ lead }) => lead === text) : named;
  };
  const names = wanted.flatMap((text) => (numberOf(text) === -1 ? text.split(',').map((name) => name.trim()) : [text]));
  const numbers = names.map(numberOf);
  for (const [i, name] of names.entries()) {
    const number = numbers[i] as number;
    const message = number === -1 ? `names no channel of the recording: "${name}"` : `names "${name}" twice`;
    if (number === -1 || numbers.indexOf(number) < i)
      throw queryProblem([{ path: '/channels', message }], 'Name channels as the recording does, or their leads.');
  }
  return numbers;
}
