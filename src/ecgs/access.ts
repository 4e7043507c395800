/**
 * Who may do what with which recording. Every filter for a user begins with the result of this file, and no other code
 * in this feature compares owners. To let colleagues read shared recordings, no other rule has to change; what is
 * shared needs a field, an index and an operation.
 */
import { Types } from 'mongoose';
import { type ObjectId, PUBLISHED, type StoredEcg } from './store/model.ts';

/**
 * The kind of access. `own`: the recordings that belong to a user; external ids and contents are unique among them, and
 * a user who has any cannot be deleted.
 */
export type Deed = 'read' | 'list' | 'change' | 'remove' | 'own';

interface Filter {
  owner: ObjectId;
}

/** One rule, as a database filter and as a check of a loaded recording. */
interface Rule {
  filter: (user: ObjectId) => Filter;
  admits: (userId: ObjectId | string, ecg: Pick<StoredEcg, 'owner'>) => boolean;
}

const OWNED: Rule = { filter: (owner) => ({ owner }), admits: (userId, { owner }) => owner.equals(userId) };

const RULES: Readonly<Record<Deed, Rule>> = { read: OWNED, list: OWNED, change: OWNED, remove: OWNED, own: OWNED };

/** The filter for all published recordings to which a user may do this. @param userId 24 hexadecimal digits */
export const recordingsFor = (userId: ObjectId | string, deed: Deed): Filter & typeof PUBLISHED => ({
  ...RULES[deed].filter(new Types.ObjectId(userId)),
  ...PUBLISHED,
});

/**
 * The filter for what an index has of these recordings, for queries that read nothing but the index. There may also be
 * recordings that are not published: what is found is then looked up with `recordingsFor`.
 */
export const entriesFor = (userId: ObjectId | string, deed: Deed): Filter =>
  RULES[deed].filter(new Types.ObjectId(userId));

/** The same check for a loaded recording, for queries that read recordings of several users. */
export const isFor = (userId: ObjectId | string, deed: Deed, ecg: Pick<StoredEcg, 'owner'>): boolean =>
  RULES[deed].admits(userId, ecg);
