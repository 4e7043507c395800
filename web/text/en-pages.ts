/** The English texts of directory, attendances, imports and administration. */
import { enAccount } from './en-account.ts';
import { enAdmin } from './en-admin.ts';
import { enDirectory } from './en-directory.ts';
import { enWork } from './en-work.ts';

const count = (value: number): string => value.toLocaleString('en-GB');

export const enPages = {
  account: enAccount,
  list: {
    sortBy: (column: string) => `Sort by: ${column}`,
    filters: (used: number) => (used === 0 ? 'Filters' : `Filters (${used})`),
    clear: 'Clear the filters',
    nothingFound: 'Nothing matches the search and the filters.',
    moreThan: (total: number) => `more than ${count(total)} entries`,
    pages: 'Pages of the list',
    first: 'First page',
    csv: 'Download as CSV',
    actions: 'Actions',
    showMore: 'Show more',
  },
  form: {
    optional: '(optional)',
    required: '* must be filled in',
    invalid: 'Nothing is stored yet: correct the marked fields.',
    create: 'Create',
    restored: 'What you typed before is back. It is not stored yet.',
    discard: 'Discard it',
    saveAnyway: 'Save mine',
    theirs: 'Changed by somebody else in the meantime. What you typed is kept; look at both, then save.',
    field: 'Field',
    present: 'Present value',
    yours: 'Yours',
    choice: 'Choice',
    same: 'the same',
    takePresent: 'Take the present value',
    maybeCreated:
      'An earlier attempt may have been stored although its answer was lost. Look in the list before you try again.',
    timeOf: (label: string) => `${label}: time`,
    system: (row: number) => `System of identifier ${row}`,
    systemHint: 'System, such as hospital-number',
    valueOf: (row: number) => `Identifier ${row}`,
    valueHint: 'Identifier',
    removePair: (row: number) => `Remove identifier ${row}`,
    addPair: 'Add an identifier',
  },
  once: {
    copy: 'Copy',
    copied: 'Copied',
  },
  saved: (what: string) => `${what}: saved.`,
  removed: (what: string) => `${what}: deleted.`,
  removing: (what: string) => `Delete ${what}?`,
  forGood: 'This cannot be undone.',
  ...enDirectory,
  ...enWork,
  ...enAdmin,
};
