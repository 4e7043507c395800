/**
 * Decides whether a mutant is caught by the tests of its file. A test that also fails without a mutant does not count.
 */
import { whyEquivalent } from './equivalents.ts';
import type { Mutant } from './mutants.ts';
import { importsOf, inOrder, testsOf } from './tests.ts';
import { firstFailure } from './verdict.ts';
import type { Ended, Workspace } from './workspace.ts';

/** Tests that take longer were made to loop forever by their mutant. */
const PATIENCE_MS = 420_000;
/**
 * A test that fails by chance or is slow on a busy machine must not count as catching a mutant, and neither must a
 * process that does not end.
 */
const MOCHA = [
  '--no-config',
  '--node-option',
  'import=tsx',
  '--require',
  './test/support/mongo.ts',
  '--retries',
  '1',
  '--timeout',
  '60000',
  '--exit',
  '--reporter',
  'json',
];

export type Verdict = 'caught' | 'equivalent' | 'survived';

export class Judge {
  readonly #root: string;
  readonly #tests: readonly string[];
  readonly #alone = new Map<string, Promise<Ended>>();
  readonly #broken = new Set<string>();

  /** @param root of a copy that is not changed. @param tests all test files, by their path from it */
  constructor(root: string, tests: readonly string[]) {
    this.#root = root;
    this.#tests = tests;
  }

  /** Tests found to fail without a mutant. */
  get broken(): string[] {
    return [...this.#broken];
  }

  /** The verdict on a mutant, and the reason. */
  async verdictOn(mutant: Mutant, workspace: Workspace): Promise<[Verdict, string]> {
    const { file, text } = mutant;
    const reason = whyEquivalent(mutant);
    if (reason !== null) return ['equivalent', reason];
    const chance = new Set<string>();
    for (;;) {
      const left = testsOf(file, this.#tests).filter((test) => !this.#broken.has(test) && !chance.has(test));
      const relevant = inOrder(file, left, this.#root);
      if (relevant.length === 0) return ['survived', 'no test looks at it'];
      const { status, output } = await workspace.with(file, text, () =>
        workspace.run('mocha', [...MOCHA, '--bail', ...relevant], PATIENCE_MS),
      );
      if (status === 0) return ['survived', `${relevant.length} test files pass`];
      if (status === null) return ['caught', 'the tests do not end'];
      const { file: test, title } = firstFailure(output, workspace.root);
      if (test === null) return ['caught', title];
      const looksAtIt = importsOf(test, this.#root).includes(file);
      if (!(await this.#passesAlone(test, workspace))) this.#broken.add(test);
      else if (looksAtIt || (await this.#failsAgain(mutant, test, workspace))) return ['caught', title];
      else chance.add(test);
    }
  }

  /** A test that does not import the file itself may have failed by chance. */
  async #failsAgain({ file, text }: Mutant, test: string, workspace: Workspace): Promise<boolean> {
    const { status } = await workspace.with(file, text, () => workspace.run('mocha', [...MOCHA, test], PATIENCE_MS));
    return status !== 0;
  }

  async #passesAlone(test: string, workspace: Workspace): Promise<boolean> {
    const running = this.#alone.get(test) ?? workspace.run('mocha', [...MOCHA, test], PATIENCE_MS);
    this.#alone.set(test, running);
    return (await running).status === 0;
  }
}
