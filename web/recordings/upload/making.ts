/** The last step of an item: a recording is made of its files. */
import { Failure } from '../../api/failure.ts';
import { texts } from '../../text/index.ts';
import { announce } from '../../ui/announce.tsx';
import { type Item, type Seen, update } from './items.ts';
import { follow, make, removeUnchanged } from './make.ts';
import { isPassing, refusalOfFailure } from './refusal.ts';

/** @returns whether it ended; `passing`: it is to be tried again later, by itself */
export async function makeItem(item: Item): Promise<'ended' | 'passing'> {
  const { parts } = item.state.peek();
  const ids = parts.flatMap(({ uploadId }) => uploadId ?? []);
  const largest = parts.toSorted((a, b) => b.size - a.size)[0];
  const stop = largest?.uploadId ? follow(largest.uploadId, (read) => update(item, { read })) : () => undefined;
  const t = texts.peek().upload;
  try {
    const { isKnown, ...made } = await make(ids, item.keepBoth, item.reading);
    const former = await settledFormer(item, made.recordings);
    update(item, { phase: isKnown ? 'known' : 'done', ...made, former, read: 1, refusal: null });
    announce(t.doneOne(item.name));
    return 'ended';
  } catch (error) {
    const failure = error instanceof Failure ? error : null;
    // Another request makes a recording of it: most likely the one whose answer was lost.
    if (failure === null || isPassing(failure.status) || failure.code === 'upload-in-use') return 'passing';
    if (failure.code === 'upload-expired' || failure.code === 'not-found') {
      sendAgain(item);
      return 'passing';
    }
    const refusal = await refusalOfFailure(failure);
    update(item, { phase: 'refused', refusal });
    announce(t.refusedOne(item.name, refusal.message));
    return 'ended';
  } finally {
    stop();
  }
}

/**
 * Deletes what was made before, if that is wanted; what is the same recording now stays. @returns what is still there
 */
async function settledFormer(item: Item, recordings: readonly Seen[]): Promise<readonly Seen[]> {
  const others = item.state.peek().former.filter(({ id }) => recordings.every((one) => one.id !== id));
  return item.removesFormer && others.length > 0 ? removeUnchanged(others) : others;
}

/** The service has forgotten the bytes. */
function sendAgain(item: Item): void {
  update(item, {
    parts: item.state.peek().parts.map((part) => ({ ...part, uploadId: null, sent: 0, isSent: false })),
  });
}
