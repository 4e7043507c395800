/** The elements that are open in an XML document, and the text of the innermost one: for documents of small fields. */
import type { DecoderLimits, FormatError } from '../../types.ts';
import { figure } from '../messages.ts';

/** Characters of an element's name that are kept. */
const MAX_NAME = 64;

export class Leaves {
  /** The path of each open element. */
  readonly #paths: string[] = [];
  #text = '';
  readonly #limits: DecoderLimits;
  readonly #fail: (reason: string) => FormatError;

  constructor(limits: DecoderLimits, fail: (reason: string) => FormatError) {
    this.#limits = limits;
    this.#fail = fail;
  }

  /** The names of the open elements, separated by slashes. */
  get path(): string {
    return this.#paths.at(-1) ?? '';
  }

  open(name: string): void {
    const kept = name.length > MAX_NAME ? '?' : name;
    this.#paths.push(this.#paths.length === 0 ? kept : `${this.path}/${kept}`);
    this.#text = '';
  }

  add(text: string): void {
    if (this.#text.length + text.length > this.#limits.maxMetadataBytes)
      throw this.#fail(`A text is longer than ${figure(this.#limits.maxMetadataBytes)} characters.`);
    this.#text += text;
  }

  /** Closes the innermost element. @returns its path, and its text after its last child, with single blanks */
  close(): { path: string; text: string } {
    const text = this.#text.trim();
    const leaf = { path: this.path, text: text === '' ? text : text.replaceAll(/\s+/g, ' ') };
    this.#paths.pop();
    this.#text = '';
    return leaf;
  }
}
