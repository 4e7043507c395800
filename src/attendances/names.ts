/** Clients, technicians and bases by their names: found without regard to case and surrounding space, made where they are new, never twice. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { wholeDocuments } from '../database/models.ts';
import { isPlainText } from '../text/plain-text.ts';
import { searchWords } from '../text/search-words.ts';
import { type Kind, namedModel, type StoredNamed } from './model.ts';

/** Characters of a name. */
export const MAX_NAME_LENGTH = 200;

/** A name as it is stored: trimmed, one space for any run of white space, one Unicode form. */
export const tidyName = (name: string): string => name.normalize('NFC').replaceAll(/\s+/g, ' ').trim();

/**
 * What a name is found by. Accents count: two people may differ in nothing else, and two that were made one cannot be told apart again.
 * Upper case first, so that ß and ss, σ and ς meet.
 */
export const nameKey = (name: string): string => tidyName(name).toUpperCase().toLowerCase().normalize('NFC');

/** Why a text without space around it cannot be stored as a name or an id; null where it can. */
export function textFault(text: string, maxLength: number): string | null {
  if (text === '') return 'must have at least 1 character';
  if (text.length > maxLength) return `must have at most ${maxLength} characters`;
  return isPlainText(text) ? null : 'holds control characters, or others that cannot be seen';
}

/** The ids of those that exist, by key. */
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

/** What `ensureNames` answers. */
export interface EnsuredNames {
  /** By key. */
  ids: Map<string, Types.ObjectId>;
  /** The keys of those that this call made; of two transactions at the same time only one commits a key here. */
  created: Set<string>;
}

/**
 * Finds names and makes those that are missing; also when others make the same at the same time: the unique key lets one transaction through,
 * the other one conflicts, is repeated by the driver and finds what the first one made.
 * @param names as written, free of faults
 */
export async function ensureNames(
  database: Connection,
  kind: Kind,
  names: readonly string[],
  userId: Types.ObjectId,
  session: ClientSession,
): Promise<EnsuredNames> {
  // Of several spellings the first one stays.
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

/** Names by id, for what is sent. */
export async function namesOf(
  database: Connection,
  kind: Kind,
  ids: readonly Types.ObjectId[],
): Promise<Map<string, string>> {
  const found = await namedModel(database, kind)
    .find({ _id: { $in: [...ids] } }, { name: 1 })
    .lean();
  return new Map(found.map(({ _id, name }) => [_id.toHexString(), name]));
}
