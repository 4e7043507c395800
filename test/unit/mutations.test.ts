/** What `npm run verify:mutations` changes, and what it leaves unchanged. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Equivalent, EQUIVALENTS, whyEquivalent } from '../../scripts/mutations/equivalents.ts';
import { codeOf } from '../../scripts/mutations/code.ts';
import { type Mutant, drawn } from '../../scripts/mutations/mutants.ts';
import { changesOf, THEME_NAMES, themesOf } from '../../scripts/mutations/operators.ts';
import { testsOf } from '../../scripts/mutations/tests.ts';

const changed = (text: string): string[] =>
  [...changesOf(codeOf(text))].map(
    ({ at, length, replacement }) => text.slice(0, at) + replacement + text.slice(at + length),
  );

const ofTheme = (theme: string, size: number): Mutant[] =>
  Array.from({ length: size }, (_, line) => ({ theme, line, before: `a < ${line}` }) as Mutant);

describe('the mutants of verify:mutations', () => {
  for (const [what, text, expected] of [
    [
      'a filter without one of its properties',
      'x.updateOne({ _id: a, owner, version: b.c }, d);',
      ['x.updateOne({ _id: a, version: b.c }, d);', 'x.updateOne({ _id: a, owner,  }, d);'],
    ],
    ['a write outside its transaction', 'f.insertOne(a, { session });', ['f.insertOne(a, {  });', 'f.insertOne(a);']],
    ['a bound moved by one', 'if (a < b) c();', ['if (a <= b) c();']],
    ['a bound of a filter', '({ at: { $gte: from } })', ['({ at: { $gt: from } })']],
    ['the other of two ends', 'Math.min(a, b)', ['Math.max(a, b)']],
    ['a limit that is one higher', 'const MAX_ROWS = 1_000;', ['const MAX_ROWS = 1001;']],
    ['a removed check', '  if (!held) throw new Fenced();', ['  ;']],
    ['a removed step', '  await release(lease);', ['  ;']],
    ['a list without a limit', 'find().limit(limit + 1)', ['find()']],
  ] as const) {
    it(`are ${what}`, () => expect(changed(text)).to.have.members(expected));
  }

  it('do not change comments, texts and patterns', () => {
    const none = [
      '// a < b && c',
      '/** owner: x, < */',
      "'a < b'",
      '`${a < b}`',
      'const a = /x < y && "z/;',
      "f('it\\'s < this')",
    ];
    for (const text of none) {
      expect(changed(text), text).to.deep.equal([]);
    }
    expect(changed('a / 2 < b / 2')).to.deep.equal(['a / 2 <= b / 2']);
  });

  it('are of the themes that matter', () => {
    expect(themesOf('const a = b + c;')).to.deep.equal([]);
    expect(themesOf('{ owner: this.owner, version }')).to.deep.equal(['owner', 'version']);
    expect(themesOf('if (size > MAX_BYTES) throw tooLarge();')).to.deep.equal(['limit']);
  });

  it('are drawn evenly over the themes, and the same ones for a seed', () => {
    const mutants = THEME_NAMES.flatMap((theme, i) => ofTheme(theme, 3 * i + 3));
    const all = drawn(mutants, 8);
    expect(all).to.have.members(mutants);
    expect(new Set(all.slice(0, THEME_NAMES.length).map(({ theme }) => theme)).size).to.equal(THEME_NAMES.length);
    expect(drawn(mutants, 8)).to.deep.equal(all);
    const others = mutants.filter(({ line }) => line > 0);
    expect(drawn(others, 8).filter(({ theme }) => theme === 'limit')).to.deep.equal(
      all.filter(({ line, theme }) => line > 0 && theme === 'limit'),
    );
    expect(drawn(mutants, 9)).not.to.deep.equal(all);
  });

  it('are run against the tests of their own folder, and those elsewhere that use it', () => {
    const tests = [
      'test/unit/formats/edf/decode.test.ts',
      'test/unit/formats/csv/csv.test.ts',
      'test/unit/formats/common/bounds.test.ts',
      'test/integration/users.test.ts',
      'test/integration/directory/patients.test.ts',
      'test/integration/transactions.test.ts',
    ];
    expect(testsOf('src/formats/edf/scale.ts', tests)).to.deep.equal([tests[0], tests[2]]);
    expect(testsOf('src/formats/common/names.ts', tests)).to.deep.equal(tests.slice(0, 3));
    expect(testsOf('src/users/accounts.ts', tests)).to.deep.equal([tests[3], tests[5]]);
    expect(testsOf('src/directory/patients/store.ts', tests)).to.deep.equal(tests.slice(4));
  });

  it('are known as equivalent only by the part of the line that changes', () => {
    const [{ file, before, after, reason }] = EQUIVALENTS as [Equivalent];
    const mutant = (from: string, to: string): Mutant => ({ file, before: from, after: to }) as Mutant;
    expect(whyEquivalent(mutant(`a(${before}, b)`, `a(${after}, b)`))).to.equal(reason);
    expect(whyEquivalent(mutant(`a(${before}, b)`, `a(${after}, c)`))).to.equal(null);
    expect(whyEquivalent(mutant(`a(${before}, b)`, `a(${before}, c)`))).to.equal(null);
    expect(whyEquivalent({ ...mutant(before, after), file: 'src/other.ts' })).to.equal(null);
  });

  it('that are equivalent have a reason, each once', () => {
    const keys = EQUIVALENTS.map(({ file, before, after }) => [file, before, after].join('\n'));
    expect(new Set(keys).size).to.equal(keys.length);
    for (const { file, before, after, reason } of EQUIVALENTS) {
      expect(before).not.to.equal(after);
      expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), file).to.include(before);
      expect(reason, before).to.have.length.above(20);
    }
  });
});
