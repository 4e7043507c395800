/**
 * Mutants that change nothing that anybody could see, each with the reason. They are found again by the part of the line that
 * changes and what it becomes, wherever it stands in the file. A mutant that a test could catch does not belong here: write
 * the test.
 */
import type { Mutant } from './mutants.ts';

export interface Equivalent {
  file: string;
  /** Part of a line, and what it becomes. */
  before: string;
  after: string;
  reason: string;
}

const SAME_MILLISECOND = 'The two times would have to be equal to the millisecond; either way the next look settles it.';

export const EQUIVALENTS: readonly Equivalent[] = [
  { file: 'src/database/migrations.ts', before: "$lt: ['$expiresAt'", after: "$lte: ['$expiresAt'", reason: SAME_MILLISECOND },
  { file: 'src/imports/lease.ts', before: "$lt: ['$expiresAt'", after: "$lte: ['$expiresAt'", reason: SAME_MILLISECOND },
  { file: 'src/imports/lease.ts', before: "$gte: ['$expiresAt'", after: "$gt: ['$expiresAt'", reason: SAME_MILLISECOND },
  { file: 'src/imports/worker.ts', before: 'updatedAt: { $lt: new', after: 'updatedAt: { $lte: new', reason: SAME_MILLISECOND },
  { file: 'src/ecgs/check-stored.ts', before: "$lt: ['$nextAt'", after: "$lte: ['$nextAt'", reason: SAME_MILLISECOND },
  { file: 'src/ecgs/check-stored.ts', before: "$gte: ['$seenAt'", after: "$gt: ['$seenAt'", reason: SAME_MILLISECOND },
  { file: 'src/ecgs/sweep.ts', before: "$lt: ['$seenAt'", after: "$lte: ['$seenAt'", reason: SAME_MILLISECOND },
  {
    file: 'src/users/sessions.ts', before: "$gt: ['$$token.expiresAt'", after: "$gte: ['$$token.expiresAt'",
    reason: 'A token that expires in this very millisecond is refused for its age, whether it is on the list or not.',
  },
  {
    file: 'src/imports/commit.ts', before: '{ _id: importId, fence },', after: '{ _id: importId,  },',
    reason: 'heldFence has locked this document under this fence, in the same transaction; this filter says so once more.',
  },
  {
    file: 'src/imports/commit.ts', before: 'if (matchedCount !== 1) throw new Fenced();', after: ';',
    reason: 'heldFence has locked this document under this fence, in the same transaction, so that it is always matched.',
  },
  {
    file: 'src/directory/order.ts', before: "{ $gte: '0' }", after: "{ $gt: '0' }",
    reason: 'No text of an order is the lone digit: each ends with a separator and an id.',
  },
  {
    file: 'src/ecgs/annotations.ts', before: 'first: { $lt: to }', after: 'first: { $lte: to }',
    reason: 'A run that begins at the end of the window is read and every row of it left out.',
  },
];

/** Why a mutant changes nothing; null where it should be caught. */
export function whyEquivalent({ file, before, after }: Mutant): string | null {
  const known = EQUIVALENTS.filter((one) => one.file === file && before.includes(one.before));
  return known.find((one) => before.replace(one.before, () => one.after) === after)?.reason ?? null;
}
