/** One file decides who may do what to which recording. The sources are searched for other places that do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { codeOf } from '../../scripts/mutations/code.ts';

const ECGS = join(import.meta.dirname, '../../src/ecgs');

/** Where the word `owner` may occur other than in `access.ts`, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'store/model.ts': 'declares the field',
  'store/content-model.ts': 'declares the field',
  'annotations/model.ts': 'declares the field',
  'annotations/marks.ts': 'writes the field beside an annotation of the reader, who is the owner',
  'annotations/attached-files.ts': 'writes the field beside attached annotations',
  'comments/model.ts': 'declares the field',
  'comments/store.ts': 'writes the field beside a comment, which its owner signs',
  'store/original-model.ts': 'declares the field',
  'store/place.ts': 'finds a recording at hand where it is, whichever shard that is: no user asks for it',
  'store/audited.ts': 'tells the audit whose upload it was',
  'store/uploads.ts': 'keeps for the audit whose upload it was',
  'upload/build-derived.ts': 'writes the field beside what is made of the samples',
  'store/batch-writer.ts': 'writes the field beside the samples',
  'upload/draft.ts': 'writes the field of a new recording',
  'upload/heal.ts': 'writes the field beside samples that come back',
  'upload/publish.ts': 'asks access.ts for what the owner of an upload has already',
  'upload/drafts.ts': 'hands on whose the new recordings will be',
  'store/settle.ts': 'keeps the field in the marker that takes the place of a recording',
  'store/sweep.ts': 'settles what crashes left, for the service: it asks whether the owner exists',
  'store/check-stored.ts': 'looks for recordings whose owner is gone, for the service',
};

const COMPARES = /\bowners?\b[\w.()]*\s*(?:[!=]==|\.equals\()|(?:[!=]==\s*|\.equals\()[\w.]*\bowners?\b/;
const FILTERS = /\.(?:find\w*|(?:update|delete|replace)\w+|count\w+|exists|distinct|aggregate)(?:<[^>]*>)?\($/;

/** As a property; `owner: 1` is a projection. */
const NAMES_OWNER = /(?<!\.)\bowner\b(?!: 1\b)/;

const files = readdirSync(ECGS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted();
const codeIn = (file: string): string => codeOf(readFileSync(join(ECGS, file), 'utf8'));

const others = files.filter((file) => file !== 'access.ts');

/** The text between the parentheses of every call that queries the database. */
function* queries(code: string): Generator<string> {
  for (const { index } of code.matchAll(/\(/g)) {
    if (!FILTERS.test(code.slice(Math.max(0, index - 80), index + 1))) continue;
    let depth = 0;
    let end = index;
    do {
      if (code[end] === '(') depth++;
      if (code[end] === ')') depth--;
      end++;
    } while (depth > 0 && end < code.length);
    yield code.slice(index, end);
  }
}

describe('the owner of a recording', () => {
  it('is named in access.ts, and elsewhere only for a stated reason', () => {
    const naming = files.filter((file) => /\bowners?\b/.test(codeIn(file)));
    expect(naming).to.have.members(['access.ts', ...Object.keys(EXCEPTIONS)]);
  });

  it('is compared nowhere else', () => {
    const comparing = others.map((file) => [file, codeIn(file).match(COMPARES)?.[0]]);
    expect(comparing.filter(([, found]) => found !== undefined)).to.deep.equal([]);
  });

  it('restricts no query outside access.ts', () => {
    const narrowed = others.flatMap((file) =>
      [...queries(codeIn(file))].filter((query) => NAMES_OWNER.test(query)).map((query) => [file, query]),
    );
    expect(narrowed).to.deep.equal([]);
  });
});
