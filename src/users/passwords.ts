/** Passwords: argon2id hashes (OWASP's 19 MiB, t = 2), the policy, and generated passwords. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Gate } from './gate.ts';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './schema.ts';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes computed at the same time; at least one core is left for everything else. */
export const HASHES_AT_ONCE = Math.min(2, Math.max(1, availableParallelism() - 1));

/** A password may be typed in different Unicode forms. */
const canonical = (password: string): string => password.normalize('NFC');

/** Hashes and checks passwords, a few at a time. One for each application. */
export class Passwords {
  readonly #gate = new Gate(HASHES_AT_ONCE);

  /** The argon2id hash as a PHC string; about 25 ms. Errors: `too-busy`. */
  hash(password: string): Promise<string> {
    return this.#gate.run(async () => hash(canonical(password), COST));
  }

  /** Whether the password matches the hash; takes about 25 ms either way. Errors: `too-busy`. */
  matches(passwordHash: string, password: string): Promise<boolean> {
    return this.#gate.run(async () => verify(passwordHash, canonical(password)));
  }
}

/**
 * Why the password is refused, or null. Length and guessability matter; there are no rules on kinds of characters (NIST
 * SP 800-63B).
 */
export function passwordFault(password: string, email: string): string | null {
  const length = canonical(password).length;
  if (length < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`;
  if (length > MAX_PASSWORD_LENGTH) return `must have at most ${MAX_PASSWORD_LENGTH} characters`;
  if (canonical(password).trim().toLowerCase() === email) return 'must not be the e-mail address';
  return null;
}

/** Without characters that look alike (0 o, 1 l i). 20 of these 31 make 99 bits. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

const randomGroup = (): string => Array.from({ length: 5 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/** A random password, in groups to be read out: `k3v9x-…-…-…`. */
export const generatePassword = (): string => Array.from({ length: 4 }, randomGroup).join('-');
