/** Which tests cover a source file (those of its own folder and a few others), and in which order to run them. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';

const OVER_HTTP = 'test/integration';
const ACCESS = 'test/contract/access-matrix.test.ts';
const CROSS_ORIGIN = 'test/contract/cross-origin.test.ts';
const ANYWHERE = [`${OVER_HTTP}/transactions.test.ts`, `${OVER_HTTP}/counting.test.ts`];
const IMPORTED = [...ANYWHERE, `${OVER_HTTP}/imports/kinds.test.ts`];
/** Tests by path prefix, for sources by path prefix; the first matching line counts. */
const ELSEWHERE: readonly (readonly [source: string, tests: readonly string[]])[] = [
  ['src/formats/common/', ['test/unit/formats/', `${OVER_HTTP}/formats/`]],
  ['src/formats/', ['test/unit/formats/common/bounds.test.ts']],
  [
    'src/ecgs/',
    [
      `${OVER_HTTP}/formats/upload.test.ts`,
      `${OVER_HTTP}/formats/refusals.test.ts`,
      `${OVER_HTTP}/directory/recordings.test.ts`,
      `${OVER_HTTP}/uploads/`,
      ...ANYWHERE,
    ],
  ],
  [
    'src/imports/',
    [
      'test/faults/imports/',
      `${OVER_HTTP}/directory/imports.test.ts`,
      `${OVER_HTTP}/attendances/csv.test.ts`,
      ...ANYWHERE,
    ],
  ],
  ['src/uploads/', ['test/faults/uploads/', ACCESS]],
  ['src/sessions/', [CROSS_ORIGIN, ACCESS, `${OVER_HTTP}/auth/`]],
  [
    'src/users/',
    [`${OVER_HTTP}/auth/`, `${OVER_HTTP}/users.test.ts`, `${OVER_HTTP}/sessions/`, CROSS_ORIGIN, ACCESS, ...ANYWHERE],
  ],
  [
    'src/http/',
    [
      `${OVER_HTTP}/http.test.ts`,
      `${OVER_HTTP}/unreadable.test.ts`,
      `${OVER_HTTP}/room.test.ts`,
      `${OVER_HTTP}/sessions/`,
      CROSS_ORIGIN,
      ACCESS,
      ...ANYWHERE,
    ],
  ],
  ['src/directory/', IMPORTED],
  ['src/attendances/', IMPORTED],
  ['src/app.ts', [`${OVER_HTTP}/http`, 'test/contract/', ...ANYWHERE]],
  ['src/startup/lifecycle.ts', ['test/faults/main.test.ts']],
  ['src/database/', ['test/faults/database/']],
];

/** All tests of a source file. @param tests all test files, by their path from the root */
export function testsOf(source: string, tests: readonly string[]): string[] {
  const more = ELSEWHERE.find(([beginning]) => source.startsWith(beginning))?.[1] ?? [];
  const beginnings = [...ownTests(source), ...more];
  return tests.filter((test) => beginnings.some((beginning) => test.startsWith(beginning)));
}

/**
 * Path prefixes of the tests of its folder. Subfolders of a resource are tested with it; each format has tests of its
 * own.
 */
function ownTests(source: string): string[] {
  const folder = dirname(source).replace(/^src\/?/, '');
  if (folder === '') return [`test/unit/${basename(source, '.ts')}.test.ts`];
  const [resource] = folder.split('/');
  const overHttp = resource === 'formats' ? folder : resource;
  return [`test/unit/${folder}/`, `${OVER_HTTP}/${overHttp}/`, `${OVER_HTTP}/${overHttp}.test.ts`];
}

/** The files that a test imports, by their path from the root. */
export function importsOf(test: string, root: string): string[] {
  const found = readFileSync(join(root, test), 'utf8').matchAll(/from '(\.[^']+)'/g);
  return [...found].map(([, path = '']) => posix.join(dirname(test), path));
}

/**
 * The same tests in the order in which they are run: first those that import the file, then those without a database,
 * the shortest first.
 */
export function inOrder(source: string, tests: readonly string[], root: string): string[] {
  const cost = (test: string): number => {
    const far = (importsOf(test, root).includes(source) ? 0 : 2e6) + (test.startsWith('test/unit/') ? 0 : 1e6);
    return far + statSync(join(root, test)).size;
  };
  return tests
    .map((test) => ({ test, cost: cost(test) }))
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ test }) => test);
}
