/**
 * Who may do what to which recording. Every filter on a user's behalf begins with what this file answers, and nothing
 * else in the feature compares owners: to let colleagues read what is shared with them is to change this file alone.
 */
import { Types } from 'mongoose';
import { type ObjectId, PUBLISHED, type StoredEcg } from './store/model.ts';

/**
 * What somebody wants to do. `own`: have recordings under their own name, among which external ids and contents are
 * unique, and which keep their user from being deleted.
 */
export type Deed = 'read' | 'list' | 'change' | 'remove' | 'own';

interface Filter {
  owner: ObjectId;
}

/** One rule, as a filter of the database and as a question about a recording at hand. */
interface Rule {
  filter: (user: ObjectId) => Filter;
  admits: (userId: ObjectId | string, ecg: Pick<StoredEcg, 'owner'>) => boolean;
}

const OWNED: Rule = { filter: (owner) => ({ owner }), admits: (userId, { owner }) => owner.equals(userId) };

const RULES: Readonly<Record<Deed, Rule>> = { read: OWNED, list: OWNED, change: OWNED, remove: OWNED, own: OWNED };

/** The filter of all published recordings to which a user may do this. @param userId 24 hexadecimal digits */
export const recordingsFor = (userId: ObjectId | string, deed: Deed): Filter & typeof PUBLISHED => ({
  ...RULES[deed].filter(new Types.ObjectId(userId)),
  ...PUBLISHED,
});

/** The same question about a recording that has been read, for reads of several users in one query. */
export const isFor = (userId: ObjectId | string, deed: Deed, ecg: Pick<StoredEcg, 'owner'>): boolean =>
  RULES[deed].admits(userId, ecg);
