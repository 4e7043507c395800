/** Labels of signals: 16 ASCII characters, by which the leads and the channels can still be told apart. */
import { canonicalLead } from '../../signal/leads.ts';
import { asciiText } from '../common/ascii.ts';
import type { WritableChannel } from '../types.ts';

const LABEL = 16;
export const ANNOTATIONS = 'EDF Annotations';

/**
 * A name that does not fit, or whose lead ASCII would lose, is replaced by its lead, if that is known, or else cut.
 * Equal labels get a number, and none is that of the annotations.
 */
export function labelsOf(channels: readonly Pick<WritableChannel, 'name' | 'lead'>[]): string[] {
  const taken = new Set<string>();
  return channels.map(({ name, lead }) => {
    const whole = asciiText(name, Infinity);
    const isKept = whole.length <= LABEL && (lead === null || canonicalLead(whole) === lead);
    const wanted = isKept ? whole : (lead ?? cut(whole));
    let label = wanted === ANNOTATIONS ? `${wanted}_` : wanted;
    for (let count = 2; taken.has(label); count++) {
      const number = `#${count}`;
      label = `${wanted.slice(0, LABEL - number.length).trim()}${number}`;
    }
    taken.add(label);
    return label;
  });
}

/** The beginning must not be the name of a lead that the whole is not. */
function cut(name: string): string {
  const label = name.slice(0, LABEL).trim();
  return label !== name && canonicalLead(label) !== null ? `${name.slice(0, LABEL - 1).trim()}~` : label;
}
