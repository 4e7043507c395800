/**
 * The application for tests: on a real database and a real socket, with two clinicians and an admin who have tokens.
 */
import type { AddressInfo } from 'node:net';
import type { Middleware } from 'koa';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { API, type App, type AppDeps, createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/startup/config.ts';
import type { Role } from '../../src/http/operation.ts';
import { SLOTS } from '../../src/signal/kernel.ts';
import { searchWords } from '../../src/text/search-words.ts';
import { userModel } from '../../src/users/model.ts';
import { Passwords } from '../../src/users/passwords.ts';
import { apiDocument, type ApiDocument } from '../../src/openapi.ts';
import { signToken, tokenKey } from '../../src/users/tokens.ts';
import { checkedAnswers } from './answers.ts';
import { eventually } from './eventually.ts';
import { giveBack, testDatabase } from './mongo.ts';

/** A user of the test, with a token as issued at a log-in. */
export interface Principal {
  id: string;
  email: string;
  password: string;
  role: Role;
  token: string;
}

export interface TestApp {
  /** Such as `http://127.0.0.1:40123`, without a path. */
  url: string;
  app: App;
  config: Config;
  database: Connection;
  admin: Principal;
  clinician: Principal;
  /** Another clinician. */
  other: Principal;
  /** Creates another user. */
  newUser(role: Role): Promise<Principal>;
  close(): Promise<void>;
}

const SECRET_KEY = 'a key of the tests that is long enough';
const PASSWORD = 'correct horse battery';
/** A configuration without example data and rate limit. */
const CONFIG = readConfig({ SECRET_KEY, FIRST_SUPERUSER_PASSWORD: PASSWORD, LOAD_DEMO: 'false', RATE_LIMIT: 'off' });
/** The limits at their defaults. */
export const { limits: LIMITS } = CONFIG;
/** Computed once: hashing is slow on purpose. */
let passwordHash: Promise<string> | null = null;

/** That of all applications with this configuration, which is slow to build. */
let document: ApiDocument | null = null;

/** Further dependencies of the application. */
export interface TestAppDeps extends Partial<AppDeps> {
  /**
   * Opens the application's own connection to the test's database, for example through a line that can be cut. It is
   * closed before the database is given back.
   */
  connected?: (database: Connection) => Promise<Connection>;
}

/**
 * Starts the application on a free port of 127.0.0.1. @param overrides changes to a configuration without rate limit
 */
export async function startTestApp(
  overrides: Partial<Config> = {},
  { connected, ...more }: TestAppDeps = {},
): Promise<TestApp> {
  const freeSlots = SLOTS.free();
  const database = await testDatabase();
  const own = await connected?.(database);
  const config: Config = {
    ...CONFIG,
    logLevel: 'silent',
    ...overrides,
  };
  const witness: Middleware = (ctx, next) => answers.check(ctx, next);
  const isUsual = Object.keys(overrides).length === 0 && Object.keys(more).length === 0;
  const app = createApp({
    config,
    database: own ?? database,
    log: pino({ level: 'silent' }),
    witness,
    ...(isUsual && { buildDocument: (api, site) => (document ??= apiDocument(api, site)) }),
    ...more,
  });
  const answers = checkedAnswers(app);
  await new Promise<void>((resolve) => {
    app.server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  let users = 0;
  let isClosed = false;
  const newUser = async (role: Role): Promise<Principal> => {
    users += 1;
    const email = `${role}-${users}@clinic.example`;
    const fullName = `Number ${users}`;
    const user = await userModel(database).create({
      email,
      fullName,
      role,
      isActive: true,
      passwordHash: await (passwordHash ??= new Passwords().hash(PASSWORD)),
      searchWords: searchWords(email, fullName),
    });
    const id = user._id.toHexString();
    return {
      id,
      email,
      password: PASSWORD,
      role,
      token: signToken(tokenKey(config), { id, tokenVersion: user.tokenVersion }, config.accessTokenSeconds),
    };
  };
  const admin = await newUser('admin');
  const clinician = await newUser('clinician');
  const other = await newUser('clinician');

  return {
    url,
    app,
    config,
    database,
    admin,
    clinician,
    other,
    newUser,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await app.close();
      await eventually("the kernel's memory for blocks is given back", () => SLOTS.free() >= freeSlots);
      await own?.close();
      await giveBack(database);
      // Every answer during the test must be one that the API document describes.
      const faults = answers.faults;
      if (faults.length > 0) throw new Error(`Not as the API document says:\n${faults.join('\n')}`);
    },
  };
}

/** A token from a real log-in. */
export async function logIn(url: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${url}${API}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok)
    throw new Error(`The log-in of ${email} was answered with ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}
