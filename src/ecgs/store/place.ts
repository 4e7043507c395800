/**
 * The place of a recording: its id, and its owner, since the collection may be sharded by owner. The service itself
 * finds a recording by its place; whether a user may reach it is decided in `access.ts`.
 */
import { type ObjectId, PUBLISHED, type StoredEcg } from './model.ts';

/** The place of a recording that may be published, not yet published, or removed. */
export interface Place {
  id: ObjectId;
  owner: ObjectId;
}

export const placeOf = ({ _id, owner }: Pick<StoredEcg, '_id' | 'owner'>): Place => ({ id: _id, owner });

/** What is in the place: a recording or a marker. */
export const inPlace = ({ id, owner }: Place) => ({ _id: id, owner });

/** The published recording in the place. */
export const publishedAt = (place: Place) => ({ ...inPlace(place), ...PUBLISHED });

/** Other published recordings of the same owner. */
export const publishedOther = ({ id, owner }: Place) => ({ owner, _id: { $ne: id }, ...PUBLISHED });

/** Published recordings of the same owner. */
export const publishedBeside = ({ owner }: Place, ids: readonly ObjectId[]) => ({
  owner,
  _id: { $in: [...ids] },
  ...PUBLISHED,
});
