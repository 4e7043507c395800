/** The third stage of an upload: its user is looked at again, since hours may have passed since the token was. */
import { Problem } from '../../errors.ts';
import { removeContent } from '../store/content.ts';
import { placeOf } from '../store/place.ts';
import { unpublish } from '../store/settle.ts';
import type { Events } from './decode.ts';
import type { Published, PublishDeps } from './publish.ts';

/** Rejects with a Problem where the user may not upload any more; `now`: by what the database says at this moment. */
export type Confirm = (when?: 'now') => Promise<void>;

/** Lets a recording pass while its user may upload. Errors: those of `confirm`. */
export async function* guard(described: Events, confirm: Confirm): Events {
  for await (const event of described) {
    if (event.kind === 'recording') await confirm();
    yield event;
  }
}

/**
 * Looks once more behind publishing, and takes back what was published where the user may not upload any more. Whoever
 * deletes or deactivates a user first ends their access and then looks for their recordings; here a recording is
 * published first and the access looked at then. So one of the two always sees the other.
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
    // Until it is certain that it is gone, or its owner there, the sweeper looks after it.
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
