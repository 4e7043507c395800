/** Whether a write failed because a unique index holds its key already. */
import { mongo } from 'mongoose';

/** DuplicateKey of mongod's error_codes.yml. */
const DUPLICATE_KEY = 11_000;

export const isDuplicateKey = (error: unknown): error is mongo.MongoServerError =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
