/** Collects the keys of a JSON upload that are not kept: each is named once, up to a limit. */
import { quoted } from '../common/messages.ts';

/** Keys named in the warnings; further keys are only mentioned. */
const MAX_NAMED = 20;

export class UnknownKeys {
  readonly #named = new Set<string>();
  #more = false;

  /** @param place of the object that has the key: '' or `leads[].` */
  add(place: '' | 'leads[].', key: string): void {
    const name = quoted(place + key);
    if (this.#named.size < MAX_NAMED) this.#named.add(name);
    else if (!this.#named.has(name)) this.#more = true;
  }

  /** One sentence per key. */
  warnings(): string[] {
    const sentences = Array.from(this.#named, (name) => `The key ${name} is not known and was not kept.`);
    if (this.#more) sentences.push('Further unknown keys were not kept either.');
    return sentences;
  }
}
