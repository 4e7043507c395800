/** Document ids as text: in paths, bodies, cursors and tokens. */
import { Types } from 'mongoose';
import { notFound } from '../errors.ts';

/** 24 hexadecimal digits in lower case. The driver accepts more: capitals, and any text of twelve bytes. */
export const ID = /^[0-9a-f]{24}$/;

export const isId = (text: string): boolean => ID.test(text);

/** Errors: `not-found` if the text is not an id, as for an id without a document. */
export function objectId(text: string): Types.ObjectId {
  if (!isId(text)) throw notFound();
  return new Types.ObjectId(text);
}
