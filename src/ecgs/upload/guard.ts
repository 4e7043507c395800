/** Stage 3 of an upload: checks the user again, since hours may have passed since the token was checked. */
import { Problem } from '../../errors.ts';
import { removeContent } from '../store/content.ts';
import { placeOf } from '../store/place.ts';
import { unpublish } from '../store/settle.ts';
import type { Events } from './decode.ts';
import type { Published, PublishDeps } from './publish.ts';

/** Rejects with a Problem if the user may no longer upload. `now`: asks the database instead of a cache. */
export type Confirm = (when?: 'now') => Promise<void>;

/** Passes a recording on only if its user may still upload. Errors: those of `confirm`. */
export async function* guard(described: Events, confirm: Confirm): Events {
  for await (const event of described) {
    if (event.kind === 'recording') await confirm();
    yield event;
  }
}

/**
 * Checks the user once more after publishing, and withdraws the recordings if they may no longer upload. Whoever
 * deletes or deactivates a user first ends their access and then looks for their recordings; here recordings are
 * published first and the access is checked afterwards. So one of the two always sees the other.
 */
export async function confirmed(
  published: readonly Published[],
  confirm: Confirm,
  { database, uploads }: PublishDeps,
): Promise<void> {
  const created = published.filter((one) => one.created).map(({ ecg }) => ecg);
  try {
    await confirm('now');
  } catch (error) {
    // The sweeper is responsible until they are known to be gone, or their owner known to exist.
    const places = created.map(placeOf);
    for (const place of places) uploads.leave(place);
    if (error instanceof Problem) {
      for (const place of places) {
        await unpublish(database, place);
        await removeContent(database, place.id);
        uploads.settled(place.id.toHexString());
      }
    }
    throw error;
  }
  for (const ecg of created) uploads.published(ecg);
}
