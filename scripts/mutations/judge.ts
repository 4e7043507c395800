/** Whether a mutant is caught: by the tests of its file, of which none may fail without it. */
import { EQUIVALENTS } from './equivalents.ts';
import type { Mutant } from './mutants.ts';
import { inOrder, testsOf } from './tests.ts';
import { firstFailure } from './verdict.ts';
import type { Ended, Workspace } from './workspace.ts';

/** A mutant whose tests take longer has made something turn for ever. */
const PATIENCE_MS = 420_000;
/** A test that fails by chance, or is late on a busy machine, catches nothing; nor does a process that is kept alive by what a failure left open. */
const MOCHA = ['--retries', '1', '--timeout', '60000', '--exit', '--reporter', 'json'];

export type Verdict = 'caught' | 'equivalent' | 'survived';

export class Judge {
  readonly #root: string;
  readonly #tests: readonly string[];
  readonly #alone = new Map<string, Promise<Ended>>();

  /** @param tests every test file, by its path from the root */
  constructor(root: string, tests: readonly string[]) {
    this.#root = root;
    this.#tests = tests;
  }

  /** What becomes of a mutant, and why. @throws Error where a test fails without it */
  async verdictOn(mutant: Mutant, workspace: Workspace): Promise<[Verdict, string]> {
    const { file, before, after, text } = mutant;
    const known = EQUIVALENTS.find((one) => one.file === file && one.before === before && one.after === after);
    if (known) return ['equivalent', known.reason];
    const relevant = inOrder(file, testsOf(file, this.#tests), this.#root);
    if (relevant.length === 0) return ['survived', 'no test looks at it'];
    const { status, output } = await workspace.with(file, text, () => workspace.run('mocha', [...MOCHA, '--bail', ...relevant], PATIENCE_MS));
    if (status === 0) return ['survived', `${relevant.length} test files pass`];
    if (status === null) return ['caught', 'the tests do not end'];
    const failure = firstFailure(output, workspace.root);
    if (failure.file !== null) await this.#passesAlone(failure.file, workspace);
    return ['caught', failure.title];
  }

  async #passesAlone(test: string, workspace: Workspace): Promise<void> {
    const running = this.#alone.get(test) ?? workspace.run('mocha', [...MOCHA, test], PATIENCE_MS);
    this.#alone.set(test, running);
    const { status, output } = await running;
    if (status !== 0) throw new Error(`${test} fails without a mutant:\n${output.slice(-5_000)}`);
  }
}
