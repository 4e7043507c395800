/** Writes that fail because a unique index already has their key. */
import { mongo } from 'mongoose';

/** DuplicateKey of mongod's error_codes.yml. */
const DUPLICATE_KEY = 11_000;

export const isDuplicateKey = (error: unknown): error is mongo.MongoServerError =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;

/**
 * Runs a write whose key may already be taken.
 * @param taken creates the error for that case, from the fields of the key and their values
 */
export async function unique<T>(
  write: () => Promise<T>,
  taken: (key: Record<string, unknown>, cause: Error) => Error,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isDuplicateKey(error)) throw taken((error['keyValue'] ?? {}) as Record<string, unknown>, error);
    throw error;
  }
}
