/**
 * Guessing passwords is limited, for each account over all addresses, so that nobody is refused for what others do at the same address. Whether an
 * account exists cannot be told from it: e-mails of nobody are counted in the same way, and a refused attempt costs the same time.
 */
import type { Connection } from 'mongoose';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../startup/config.ts';
import { isAway } from '../database/failures.ts';
import { Problem } from '../errors.ts';
import { networkOf } from '../http/client-address.ts';
import { Gate } from './gate.ts';
import { LoginAttempts } from './login-attempts.ts';
import { HASHES_AT_ONCE } from './passwords.ts';

/** Seconds over which the failures of an address are counted. */
const ADDRESS_WINDOW = 15 * 60;
/** Log-ins that may wait of all addresses together that have failed too often; of the others `MAX_WAITING` may. */
export const WAITING_APART = 5;
/** From where somebody has logged in lately, so many times as many attempts are let through, whatever was tried elsewhere. */
export const KNOWN_ADDRESS_FACTOR = 10;

/**
 * Runs a check of credentials that answers null when they are wrong.
 * Errors: `rate-limited`, `too-busy`, and what the check throws.
 * @param check is told whether it may find anything right; where it may not, it still takes its time
 */
export type Attempt = <T>(
  address: string,
  email: string,
  check: (mayPass: boolean) => Promise<T | null>,
) => Promise<T | null>;

export interface LoginLimitDeps {
  config: Pick<Config, 'secretKey' | 'loginFailures' | 'loginFailuresPerAddress'>;
  database: Connection;
}

/** Makes the limit. Where a setting is null its half counts nothing. */
export function createLoginLimit({ config, database }: LoginLimitDeps): Attempt {
  const attempts = new LoginAttempts(database, config.secretKey);
  const { loginFailures: free } = config;
  const byAddress = addressLimit(config.loginFailuresPerAddress);
  // Fifty who log in at a time would make two hundred requests to the database at once, for which everybody else waits.
  const turns = new Gate(HASHES_AT_ONCE);
  // Whoever fails without end waits apart, and fills nobody else's queue.
  const turnsOfFailing = new Gate(1, WAITING_APART);

  /** Counts the attempt; `wait` is what whoever fails now is told, in milliseconds. */
  async function admitted(
    email: string,
    network: string,
  ): Promise<{ mayPass: boolean; wait: number; takeBack: () => Promise<void> }> {
    if (free === null) return { mayPass: true, wait: 0, takeBack: async () => undefined };
    const account = attempts.id('account', email);
    const [wait, isKnown] = await Promise.all([
      attempts.count(account, free),
      attempts.isKnown(attempts.id('known', email, network)),
    ]);
    if (wait === 0) return { mayPass: true, wait, takeBack: async () => attempts.giveBack(account) };
    // Counted for strangers too: else they would be answered sooner.
    const pair = attempts.id('pair', email, network);
    const pairWait = await attempts.count(pair, KNOWN_ADDRESS_FACTOR * free);
    return { mayPass: isKnown && pairWait === 0, wait, takeBack: async () => attempts.giveBack(pair) };
  }

  const attempt: Attempt = async (address, email, check) => {
    const network = networkOf(address);
    const { mayPass, wait, takeBack } = await admitted(email, network);
    const addressWait = await byAddress.count(network);
    const givenBack = (): Promise<unknown> => Promise.all([takeBack(), byAddress.giveBack(network)]);
    const result = await check(mayPass).catch(async (error: unknown) => {
      const done = givenBack().catch(() => undefined);
      // Nobody waits a second time for a database that is away.
      if (!isAway(error)) await done;
      throw error;
    });
    if (mayPass && result !== null) {
      await Promise.all([givenBack(), free !== null && attempts.know(attempts.id('known', email, network))]);
      return result;
    }
    if (wait > 0 || addressWait > 0) throw refusal(Math.max(wait, addressWait));
    return null;
  };

  async function turnsOf(network: string, email: string): Promise<Gate> {
    if (!(await byAddress.isExceeded(network))) return turns;
    return (await attempts.isKnown(attempts.id('known', email, network))) ? turns : turnsOfFailing;
  }

  return async (address, email, check) => {
    const gate = await turnsOf(networkOf(address), email);
    return gate.run(async () => attempt(address, email, check));
  };
}

interface AddressLimit {
  isExceeded(network: string): Promise<boolean>;
  /** Answers milliseconds to wait, 0 while there are few. */
  count(network: string): Promise<number>;
  giveBack(network: string): Promise<unknown>;
}

/** Failures with any e-mail, counted in this process: it tells whoever fails to slow down, and keeps no right password out. */
function addressLimit(most: number | null): AddressLimit {
  if (most === null) return { isExceeded: async () => false, count: async () => 0, giveBack: async () => undefined };
  const failures = new RateLimiterMemory({ points: most, duration: ADDRESS_WINDOW });
  return {
    isExceeded: async (network) => ((await failures.get(network))?.consumedPoints ?? 0) >= most,
    count: async (network) =>
      failures.consume(network).then(
        () => 0,
        (refused: unknown) => {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          return refused.msBeforeNext;
        },
      ),
    giveBack: async (network) => failures.reward(network),
  };
}

function refusal(ms: number): Problem {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new Problem('rate-limited', `Too many wrong passwords. Try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
