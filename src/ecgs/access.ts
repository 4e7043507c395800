/**
 * Who may do what to which recording. Every filter for a user starts with what this file returns, and nothing else in
 * the feature compares owners: sharing recordings with colleagues means changing only this file.
 */
import { Types } from 'mongoose';
import { type ObjectId, PUBLISHED, type StoredEcg } from './store/model.ts';

/**
 * What a user wants to do. `own`: to have recordings under their own name. External ids and contents are unique among
 * these, and they keep their user from being deleted.
 */
export type Deed = 'read' | 'list' | 'change' | 'remove' | 'own';

interface Filter {
  owner: ObjectId;
}

/** One rule: as a database filter, and as a check of a recording at hand. */
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

/** The same check for a recording that has been read; used where one query serves several users. */
export const isFor = (userId: ObjectId | string, deed: Deed, ecg: Pick<StoredEcg, 'owner'>): boolean =>
  RULES[deed].admits(userId, ecg);
