/** The elements that are open in an XML document, and the text of the innermost one: for documents of small fields. */
import type { DecoderLimits, FormatError } from '../../types.ts';
import { figure } from '../messages.ts';

/** Characters of an element's name that are kept. */
const MAX_NAME = 64;

export class Leaves {
  readonly #names: string[] = [];
  #text = '';
  readonly #limits: DecoderLimits;
  readonly #fail: (reason: string) => FormatError;

  constructor(limits: DecoderLimits, fail: (reason: string) => FormatError) {
    this.#limits = limits;
    this.#fail = fail;
  }

  /** The names of the open elements, separated by slashes. */
  get path(): string {
    return this.#names.join('/');
  }

  open(name: string): void {
    this.#names.push(name.length > MAX_NAME ? '?' : name);
    this.#text = '';
  }

  add(text: string): void {
    if (this.#text.length + text.length > this.#limits.maxMetadataBytes)
      throw this.#fail(`A text is longer than ${figure(this.#limits.maxMetadataBytes)} characters.`);
    this.#text += text;
  }

  /** Closes the innermost element. @returns its path, and its text after its last child, with single blanks */
  close(): { path: string; text: string } {
    const leaf = { path: this.path, text: this.#text.replaceAll(/\s+/g, ' ').trim() };
    this.#names.pop();
    this.#text = '';
    return leaf;
  }
}
