/**
 * Mutants that change nothing that anybody could see, each with the reason. Found again by file and by what the line
 * was and became, wherever it stands. A mutant that a test could catch does not belong here: write the test.
 */

export interface Equivalent {
  file: string;
  before: string;
  after: string;
  reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [];
