/**
 * Limits the guessing of passwords, for each account over all addresses, so that nobody is refused because of others at
 * the same address. It does not reveal whether an account exists: unknown e-mail addresses are counted in the same way,
 * and a refused attempt takes the same time.
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
/** Log-ins that may wait in the queue of addresses that keep failing; the other queue has `MAX_WAITING` places. */
export const WAITING_APART = 5;
/** Factor by which more attempts are allowed from an address of a recent log-in, whatever was tried elsewhere. */
export const KNOWN_ADDRESS_FACTOR = 10;

/**
 * Runs a check of credentials that returns null if they are wrong.
 * Errors: `rate-limited`, `too-busy`, and those of the check.
 * @param check gets whether it may succeed; if not, it must take as long as usual
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

/** Creates the limit. A setting of null disables its part. */
export function createLoginLimit({ config, database }: LoginLimitDeps): Attempt {
  const attempts = new LoginAttempts(database, config.secretKey);
  const { loginFailures: free } = config;
  const byAddress = addressLimit(config.loginFailuresPerAddress);
  // Fifty simultaneous log-ins would send two hundred queries to the database at once, and all other requests would
  // have to wait for them.
  const turns = new Gate(HASHES_AT_ONCE);
  // Addresses that keep failing have a queue of their own, so that they cannot fill the queue of others.
  const turnsOfFailing = new Gate(1, WAITING_APART);

  /** Counts the attempt. `wait` is the delay in milliseconds that is reported if it fails. */
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
    // Also counted for network addresses that are not known, which would otherwise be answered sooner.
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
      // The caller does not wait a second time for an unreachable database.
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
  /** Returns milliseconds to wait; 0 while there are few failures. */
  count(network: string): Promise<number>;
  giveBack(network: string): Promise<unknown>;
}

/**
 * Counts the failures of a network address with any e-mail address, in this process. It delays those who fail, and
 * refuses no right password.
 */
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
  return new Problem('rate-limited', `Too many failed attempts. Try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
