/** The channels that a request names. */
import { queryProblem } from '../../http/validate.ts';
import type { StoredEcg } from '../store/model.ts';

/**
 * Numbers of the channels that are named, in the order of the names; of all without names.
 * @param wanted each a name, or names with commas between; a canonical lead stands for the channel that has it, where no channel is called so
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
