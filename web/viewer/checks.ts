/** What is implausible about the recording, as the service finds it. */
import { type Signal, signal } from '@preact/signals';
import { api, type Schemas } from '../api/client.ts';
import { answered, asFailure, type Failure, isAbort } from '../api/failure.ts';

export type Finding = Schemas['EcgChecks']['findings'][number];

export class Checks {
  /** Null until they are loaded. */
  readonly findings: Signal<readonly Finding[] | null> = signal(null);
  readonly failure = signal<Failure | null>(null);
  readonly #id: string;
  readonly #stop = new AbortController();
  #isLoading = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** Loads them, unless they are there or on their way. All of the recording is read for it. */
  async load(): Promise<void> {
    if (this.#isLoading || this.findings.peek()) return;
    this.#isLoading = true;
    try {
      const { findings } = await answered(
        api.GET('/ecgs/{id}/checks', { params: { path: { id: this.#id } }, signal: this.#stop.signal }),
      );
      this.findings.value = findings;
      this.failure.value = null;
    } catch (error) {
      if (!isAbort(error)) this.failure.value = asFailure(error);
    } finally {
      this.#isLoading = false;
    }
  }

  close(): void {
    this.#stop.abort();
  }
}
