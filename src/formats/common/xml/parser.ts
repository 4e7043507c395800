/** saxes, whose errors are those of a format. */
import { SaxesParser } from 'saxes';
import type { FormatError } from '../../types.ts';

/**
 * With a handler of errors, too, saxes has so many handlers that V8 turns the parser into a hash table, which makes it
 * three times as slow. `fail` is public and may be replaced.
 */
export class Parser extends SaxesParser<{ position: false; xmlns: false }> {
  readonly #refuse: (reason: string) => FormatError;

  /** @param refuse creates the error for what is wrong with the XML */
  constructor(refuse: (reason: string) => FormatError) {
    super({ position: false, xmlns: false });
    this.#refuse = refuse;
  }

  override fail(message: string): never {
    throw this.#refuse(message);
  }
}
