/** Which tests look at a source file: those of its own folder, and a few that stand elsewhere; those that import it come first, then those without a database. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';

const ANYWHERE = ['test/integration/transactions.test.ts', 'test/integration/counting.test.ts'];
/** Tests by the beginnings of their paths, for sources by the beginnings of theirs; the first line that fits counts. */
const ELSEWHERE: readonly (readonly [source: string, tests: readonly string[]])[] = [
  ['src/formats/bounds.ts', ['test/unit/formats/']],
  ['src/formats/', ['test/unit/formats/bounds.test.ts']],
  ['src/ecgs/', ['test/integration/formats/upload.test.ts', 'test/integration/directory/recordings.test.ts', ...ANYWHERE]],
  ['src/imports/', ['test/integration/directory/imports.test.ts', 'test/integration/attendances/csv.test.ts', ...ANYWHERE]],
  ['src/users/', ['test/integration/auth.test.ts', 'test/integration/users.test.ts', 'test/contract/access-matrix.test.ts', ...ANYWHERE]],
  ['src/http/', ['test/integration/http.test.ts', 'test/contract/access-matrix.test.ts', 'test/integration/counting.test.ts']],
  ['src/config.ts', ['test/unit/config.test.ts']],
  ['src/directory/', ANYWHERE],
  ['src/attendances/', ANYWHERE],
  ['src/app.ts', ['test/integration/http.test.ts', 'test/contract/', ...ANYWHERE]],
  ['src/lifecycle.ts', ['test/integration/main.test.ts']],
];

/** All tests of a source file. @param tests every test file, by its path from the root */
export function testsOf(source: string, tests: readonly string[]): string[] {
  const folder = dirname(source).replace(/^src/, '');
  // A format has a folder of its own among the unit tests; a resource may have all of its tests in one file.
  const own = [`test/unit${folder}/`, `test/integration${folder}/`, `test/integration${folder}.test.ts`, `test/unit${folder}/${basename(source, '.ts')}.test.ts`];
  const whole = folder.split('/').length > 2 && !folder.startsWith('/formats') ? [`test/integration/${folder.split('/')[1]}/`] : [];
  const more = ELSEWHERE.find(([beginning]) => source.startsWith(beginning))?.[1] ?? [];
  return tests.filter((test) => [...(folder === '' ? [] : [...own, ...whole]), ...more].some((beginning) => test.startsWith(beginning)));
}

/** The same tests in the order in which a mutant meets them: those that import it, then those that need no database, the shortest first. */
export function inOrder(source: string, tests: readonly string[], root: string): string[] {
  const cost = (test: string): number => {
    const text = readFileSync(join(root, test), 'utf8');
    const imports = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path]) => posix.join(posix.dirname(test), path as string));
    return (imports.includes(source) ? 0 : 2e6) + (test.startsWith('test/unit/') ? 0 : 1e6) + text.length;
  };
  return tests.map((test) => ({ test, cost: cost(test) })).toSorted((a, b) => a.cost - b.cost).map(({ test }) => test);
}
