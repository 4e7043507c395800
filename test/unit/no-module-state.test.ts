/**
 * Two applications in one process share nothing: mutable state is created in `createApp`, or with the object that it
 * belongs to.
 */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';

const SOURCES = new URL('../../src/', import.meta.url);

/** At the beginning of a line, where module-level declarations are. */
const STATE = [
  /^(?:export )?(?:let|var) /,
  // Objects that can be changed by their methods, unless they have a read-only type.
  /^(?:export )?const \w+(?:: (?!Readonly)[^=]+)? = new (?:Weak)?(?:Map|Set)\b/,
  /^(?:export )?const \w+(?:: (?!readonly )[^=]+)? = (?:\[\]|\{\});/,
  // Constants have capitals; other objects created may change.
  /^(?:export )?const [a-z]\w*(?:: [^=]+)? = (?:await )?new (?!RegExp|URL|TextDecoder|TextEncoder|Schema)/,
  /^ {2}static (?:readonly )?#?\w+(?:: [^=]+)? =/,
];
/** Exceptions, with their reasons. */
const ALLOWED: Readonly<Record<string, string>> = {
  'main.ts': 'is the process itself',
  'signal/thresholds.ts': 'one number as bits, of which nothing is kept from one call to the next',
};

describe('the sources', () => {
  it('keep no state at module level', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !file.includes('/assembly/'));
    const found = files.flatMap((file) =>
      readFileSync(new URL(file, SOURCES), 'utf8')
        .split('\n')
        .filter((line) => STATE.some((pattern) => pattern.test(line)))
        .map((line) => ({ file, line })),
    );
    expect(found.filter(({ file }) => ALLOWED[file] === undefined)).to.deep.equal([]);
    expect([...new Set(found.map(({ file }) => file))].toSorted()).to.deep.equal(Object.keys(ALLOWED).toSorted());
  });
});
