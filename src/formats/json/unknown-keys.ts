/** Keys that a JSON upload has and we do not keep: each is named once, and not many are. */
import { quoted } from '../common/messages.ts';

/** Keys that are named; what comes after them is only mentioned. */
const MAX_NAMED = 20;

export class UnknownKeys {
  readonly #named = new Set<string>();
  #more = false;

  /** @param place of the object that has it: '' or `leads[].` */
  add(place: '' | 'leads[].', key: string): void {
    const name = quoted(place + key);
    if (this.#named.size < MAX_NAMED) this.#named.add(name);
    else if (!this.#named.has(name)) this.#more = true;
  }

  /** One sentence a key. */
  warnings(): string[] {
    const sentences = Array.from(this.#named, (name) => `The key ${name} is not known and was not kept.`);
    if (this.#more) sentences.push('Further unknown keys were not kept either.');
    return sentences;
  }
}
