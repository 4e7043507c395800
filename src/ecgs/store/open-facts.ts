/** The date and the id of a recording, as far as its file leaves them open. */
import { type Apart, OPEN_FACTS, type OpenFact, type StoredEcg } from './model.ts';

/** What the file left open. */
export const openFacts = (ecg: Pick<StoredEcg, 'open' | OpenFact>): OpenFact[] =>
  ecg.open ?? OPEN_FACTS.filter((fact) => ecg[fact] === null);

/** A part may have the same name as another recording's id, so the kind of name is stored with it. */
export function apartBy({ externalId, part }: Pick<StoredEcg, 'externalId' | 'part'>): Apart {
  if (externalId !== null) return { id: externalId };
  return part === null ? null : { part };
}

/** What distinguishes a recording once it has another id; a copy that the sender insisted on stays one. */
export const apartWith = (ecg: Pick<StoredEcg, 'apart' | 'part'>, externalId: string | null): Apart =>
  typeof ecg.apart === 'string' ? ecg.apart : apartBy({ externalId, part: ecg.part });
