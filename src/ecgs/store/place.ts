/**
 * Where a recording is: its id, and its owner, by whom the collection may be sharded. The service finds a recording
 * that it has in hand by its place; whether a user may reach it is for `access.ts` to say.
 */
import { type ObjectId, PUBLISHED, type StoredEcg } from './model.ts';

/** The place of a recording, which may be published, not yet, or no more. */
export interface Place {
  id: ObjectId;
  owner: ObjectId;
}

export const placeOf = ({ _id, owner }: Pick<StoredEcg, '_id' | 'owner'>): Place => ({ id: _id, owner });

/** Whatever is in the place: a recording, or a marker. */
export const inPlace = ({ id, owner }: Place) => ({ _id: id, owner });

/** The published recording in the place. */
export const publishedAt = (place: Place) => ({ ...inPlace(place), ...PUBLISHED });

/** Published recordings beside that of the place, which have the same owner. */
export const publishedBeside = ({ owner }: Place, ids: readonly ObjectId[]) => ({
  owner,
  _id: { $in: [...ids] },
  ...PUBLISHED,
});
