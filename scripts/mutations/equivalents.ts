/**
 * Mutants without any observable effect, each with the reason. They are identified by the changed part of a line and
 * its replacement, anywhere in the file. A mutant that a test could catch does not belong here: write the test.
 */
import type { Mutant } from './mutants.ts';

export interface Equivalent {
  file: string;
  /** Part of a line, and its replacement. */
  before: string;
  after: string;
  reason: string;
}

/** Only differs if two times are equal to the millisecond. */
const sameMillisecond = (file: string, before: string, after: string): Equivalent => ({
  file,
  before,
  after,
  reason: 'Two times would have to be equal to the millisecond, and then the next look settles it.',
});

export const EQUIVALENTS: readonly Equivalent[] = [
  sameMillisecond('src/database/migrations.ts', "$lt: ['$expiresAt'", "$lte: ['$expiresAt'"),
  sameMillisecond('src/imports/lease.ts', "$lt: ['$expiresAt'", "$lte: ['$expiresAt'"),
  sameMillisecond('src/imports/lease.ts', "$gte: ['$expiresAt'", "$gt: ['$expiresAt'"),
  sameMillisecond('src/ecgs/store/check-stored.ts', "$lt: ['$nextAt'", "$lte: ['$nextAt'"),
  sameMillisecond('src/users/login-attempts.ts', "$gt: ['$forgetAt'", "$gte: ['$forgetAt'"),
  sameMillisecond('src/ecgs/store/uploads.ts', "$gt: ['$seenAt', ago(MISSED_MS)]", "$gte: ['$seenAt', ago(MISSED_MS)]"),
  sameMillisecond('src/ecgs/store/uploads.ts', "$lt: ['$seenAt', ago(MISSED_MS)]", "$lte: ['$seenAt', ago(MISSED_MS)]"),
  sameMillisecond('src/ecgs/store/uploads.ts', "$lte: [{ $ifNull: ['$steadySince'", "$lt: [{ $ifNull: ['$steadySince'"),
  sameMillisecond('src/imports/arriving.ts', "$lt: ['$updatedAt'", "$lte: ['$updatedAt'"),
  sameMillisecond('src/http/event-stream.ts', 'Date.now() < 1_000', 'Date.now() <= 1_000'),
  sameMillisecond('src/ecgs/store/sweep.ts', "$lt: ['$seenAt'", "$lte: ['$seenAt'"),
  {
    file: 'src/users/credentials.ts',
    before: "$gt: ['$$token.expiresAt'",
    after: "$gte: ['$$token.expiresAt'",
    reason: 'A token that expires in this very millisecond is refused for its age, whether it is on the list or not.',
  },
  {
    file: 'src/directory/order.ts',
    before: "{ $gte: '0' }",
    after: "{ $gt: '0' }",
    reason: 'No text of an order is the lone digit: each ends with a separator and an id.',
  },
  {
    file: 'src/ecgs/store/annotations.ts',
    before: 'first: { $lt: to }',
    after: 'first: { $lte: to }',
    reason: 'A run that begins at the end of the window is read, and every row of it left out.',
  },
  {
    file: 'src/formats/edf/annotations.ts',
    before: 'text >= end',
    after: 'text > end',
    reason: 'At the end stands a zero, or nothing, and neither is the mark that is asked for next.',
  },
  {
    file: 'src/formats/dicom/inflate.ts',
    before: 'made > FREE_BYTES',
    after: 'made >= FREE_BYTES',
    reason: 'One byte of the sixteen million that every file may have.',
  },
  {
    file: 'src/imports/occurrences.ts',
    before: ', digest: { $in: [...new Set(digests)] } }',
    after: ',  }',
    reason: 'Counts are looked up by their digests: it would only read more of them.',
  },
  {
    file: 'src/database/mongod-process.ts',
    before: 'version: options.version }',
    after: ' }',
    reason: 'It is the version of that very binary, with which the library would only compare it.',
  },
  {
    file: 'src/attendances/indicators.ts',
    before: 'last > to ?',
    after: 'last >= to ?',
    reason: 'Where the two days are equal, either is the same.',
  },
  {
    file: 'src/attendances/indicators.ts',
    before: 'first < from ?',
    after: 'first <= from ?',
    reason: 'Where the two days are equal, either is the same.',
  },
  {
    file: 'src/ecgs/upload/publish.ts',
    before: '{ ...own, _id: one._id }',
    after: '{ _id: one._id }',
    reason: 'It was found by its owner the line before, and what is answered comes of one snapshot.',
  },
  {
    file: 'src/formats/edf/annotations.ts',
    before: 'from < this.#marks.length',
    after: 'from <= this.#marks.length',
    reason: 'It tells one list of no annotations more, of which nothing is stored.',
  },
];

/** Why a mutant changes nothing; null if it should be caught. */
export function whyEquivalent({ file, before, after }: Mutant): string | null {
  const known = EQUIVALENTS.filter((one) => one.file === file && before.includes(one.before));
  return known.find((one) => before.replace(one.before, () => one.after) === after)?.reason ?? null;
}
