/**
 * Clients, technicians and bases by name. Case and surrounding space are ignored. New names are created, but never
 * twice.
 */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { wholeDocuments } from '../database/models.ts';
import { isPlainText } from '../text/plain-text.ts';
import { searchWords } from '../text/search-words.ts';
import { type Kind, namedModel, type StoredNamed } from './model.ts';

/** Characters of a name. */
export const MAX_NAME_LENGTH = 200;

/** A name as it is stored: trimmed, with runs of white space as one space, in NFC. */
export const tidyName = (name: string): string => name.normalize('NFC').replaceAll(/\s+/g, ' ').trim();

/**
 * The search key of a name. Accents are kept: two people's names may differ in nothing else, and merged people cannot
 * be separated again. Converted to upper case first, so that ß and ss, and σ and ς, are equal.
 */
export const nameKey = (name: string): string => tidyName(name).toUpperCase().toLowerCase().normalize('NFC');

/** Why a trimmed text cannot be stored as a name or an id; null if it can. */
export function textFault(text: string, maxLength: number): string | null {
  if (text === '') return 'must have at least 1 character';
  if (text.length > maxLength) return `must have at most ${maxLength} characters`;
  return isPlainText(text) ? null : 'must not contain control or invisible characters';
}

/** The ids of the existing names, by key. */
export async function findNames(
  database: Connection,
  kind: Kind,
  keys: readonly string[],
  session: ClientSession | null = null,
): Promise<Map<string, Types.ObjectId>> {
  const found = await namedModel(database, kind)
    .find({ key: { $in: [...keys] } }, { key: 1 })
    .session(session)
    .lean();
  return new Map(found.map(({ key, _id }) => [key, _id]));
}

/** The result of `ensureNames`. */
export interface EnsuredNames {
  /** By key. */
  ids: Map<string, Types.ObjectId>;
  /** The keys that this call created. Of two concurrent transactions that create the same key, only one commits. */
  created: Set<string>;
}

/**
 * Finds names and creates the missing ones, also when others create the same ones at the same time: the unique key lets
 * one transaction commit. The other conflicts, is repeated by the driver, and finds what the first one created.
 * @param names as written, already validated
 */
export async function ensureNames(
  database: Connection,
  kind: Kind,
  names: readonly string[],
  userId: Types.ObjectId,
  session: ClientSession,
): Promise<EnsuredNames> {
  // Of several spellings, the first one is stored.
  const wanted = new Map(names.toReversed().map((name) => [nameKey(name), tidyName(name)]));
  const ids = await findNames(database, kind, [...wanted.keys()], session);
  const missing: StoredNamed[] = [...wanted]
    .filter(([key]) => !ids.has(key))
    .map(([key, name]) => ({
      _id: new Types.ObjectId(),
      key,
      name,
      searchWords: searchWords(name),
      createdAt: new Date(),
      createdBy: userId,
    }));
  if (missing.length > 0) await wholeDocuments(namedModel(database, kind)).insertMany(missing, { session });
  for (const { key, _id } of missing) ids.set(key, _id);
  return { ids, created: new Set(missing.map(({ key }) => key)) };
}

/** Names by id, for API answers. @param session the transaction that may have created them */
export async function namesOf(
  database: Connection,
  kind: Kind,
  ids: readonly Types.ObjectId[],
  session: ClientSession | null = null,
): Promise<Map<string, string>> {
  const found = await namedModel(database, kind)
    .find({ _id: { $in: [...ids] } }, { name: 1 })
    .session(session)
    .lean();
  return new Map(found.map(({ _id, name }) => [_id.toHexString(), name]));
}
