/**
 * Refresh tokens: 256 bits that only the browser knows; the service keeps their hashes. The first of a session is
 * random, and each further one is derived from the one before with the secret of the service. So two simultaneous
 * refreshes, or a repeat of one whose answer was lost, give the same token.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';

export const firstToken = (): string => randomBytes(32).toString('base64url');

/** The token that replaces this one. @param secret the same for all instances */
export const nextToken = (secret: string, token: string): string =>
  createHmac('sha256', secret).update(`refresh token after ${token}`).digest('base64url');

/** What is stored of a token. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
