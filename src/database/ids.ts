/** Ids of documents as they are written: in addresses, bodies, cursors and tokens. */
import { Types } from 'mongoose';
import { notFound } from '../errors.ts';

/** 24 hexadecimal digits in lower case. The driver takes more: capitals, and any text of twelve bytes. */
export const ID = /^[0-9a-f]{24}$/;

export const isId = (text: string): boolean => ID.test(text);

/** Errors: `not-found` for what is no id, as for one that names nothing. */
export function objectId(text: string): Types.ObjectId {
  if (!isId(text)) throw notFound();
  return new Types.ObjectId(text);
}
