/** What a file leaves open, and whether its reader can still say it. */
import { readingTexts } from '../../text/reading.ts';
import { type Doubt, doubtIn } from './doubts.ts';
import type { Item, ItemState } from './items.ts';
import { AS_RECOGNISED } from './reading.ts';

/** Refusals that another reading may avoid. */
const OF_CONTENT: ReadonlySet<string> = new Set(['malformed-file', 'recording-invalid', 'validation-failed']);
const TABLE = /\.(?:csv|tsv|txt)$/i;

/** The reason of a refusal, or what was assumed. */
export const doubtsOf = ({ refusal, warnings }: ItemState): Doubt[] =>
  (refusal ? [refusal.detail ?? ''] : warnings).map((message) => doubtIn(message, readingTexts.value.doubts));

export const isTable = ({ name }: Item, state: ItemState): boolean =>
  state.isTable ?? (TABLE.test(name) || doubtsOf(state).some(({ isGrave }) => isGrave));

/** Whether it can be read again with what its reader says. */
export function canBeReadAgain(item: Item): boolean {
  const state = item.state.value;
  const { phase, refusal, parts } = state;
  const mayHelp = isTable(item, state) || item.reading !== AS_RECOGNISED;
  if (phase === 'refused') return OF_CONTENT.has(refusal?.code ?? '') && mayHelp;
  // What a recording was made of has to be sent once more.
  const isMade = phase === 'done' || phase === 'known';
  return isMade && parts.every(({ chosen }) => chosen) && (mayHelp || doubtsOf(state).some(({ settling }) => settling));
}

/** The doubts of an item that its reader can settle. */
export const askedOf = (item: Item): Doubt[] =>
  canBeReadAgain(item) ? doubtsOf(item.state.value).filter(({ settling }) => settling !== null) : [];

/** Which doubts they are, of which columns. */
const kindsAskedOf = (item: Item): string =>
  askedOf(item)
    .map(({ key, column }) => `${key} ${column}`)
    .toSorted()
    .join();

/** Whether the same can be said of two items. */
export const isAskedAlike = (one: Item, other: Item): boolean =>
  askedOf(one).length > 0 && kindsAskedOf(one) === kindsAskedOf(other);

/** Whether a recording was made whose values may be wrong. */
export const isDoubtful = (item: Item): boolean => askedOf(item).some(({ isGrave }) => isGrave);
