/** The configuration of one service, read once from the environment: every mistake is reported at once, and nothing starts with one. */
import { resolve } from 'node:path';
import { loadEnv } from './env-file.ts';
import { Explained } from './explained.ts';
import type { LogFormat } from '../log/logger.ts';
import { type Kept, keptSecrets, type Secrets } from './secrets.ts';
import type { TrustedProxies } from './setting-values.ts';
import { SETTINGS, type Setting, type SettingKey, type SettingValues } from './settings.ts';

/** What one request may cost. Each has a setting, see `settings.ts`. */
export interface Limits {
  maxUploadBytes: number;
  /** Of one user at one instance. */
  maxParallelUploads: number;
  /** Large answers to one user at one instance. */
  maxParallelReads: number;
  /** Streams of events to one user at one instance. */
  maxEventStreams: number;
  /** On the disk of the database; 0: whatever is left. */
  minFreeDiskBytes: number;
  maxChannels: number;
  maxNameLength: number;
  /** Everything in an upload that is not a signal. */
  maxMetadataBytes: number;
  /** Files and fields together. */
  maxFormParts: number;
  maxDepth: number;
  maxSamplesPerAnswer: number;
  /** Rows of one import that may fail. */
  maxImportFailures: number;
  maxPageSize: number;
  /** Milliseconds in which a body may bring nothing. */
  uploadIdleMs: number;
  /** Milliseconds in which a reader may take nothing of an answer. */
  readStallMs: number;
  /** Milliseconds without a heartbeat after which an instance counts as dead and its unfinished uploads are swept. */
  instanceSilenceMs: number;
}

export interface Config {
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Null: an embedded mongod is started. */
  mongodbUri: string | null;
  mongodBinary: string | null;
  secretKey: string;
  firstSuperuser: string;
  /** Null: no admin is provisioned. */
  firstSuperuserPassword: string | null;
  /** Null where no demo is loaded. */
  demoPassword: string | null;
  loadDemo: boolean;
  /** Needs a first admin. */
  loadDirectory: boolean;
  logLevel: string;
  logFormat: LogFormat;
  trustProxy: TrustedProxies;
  /** Requests a minute a client; null: no limit. */
  rateLimit: number | null;
  /** Wrong passwords for one account before delays begin; null: no limit. */
  loginFailures: number | null;
  /** Failed log-ins from one address in 15 minutes; null: no limit. */
  loginFailuresPerAddress: number | null;
  clinicTimezone: string;
  /** Calendar days such as `2026-12-25`, each once. */
  holidays: readonly string[];
  accessTokenSeconds: number;
  limits: Limits;
}

/** The user whom the demo recordings belong to. */
export const DEMO_EMAIL = 'demo@leadwire.example';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One or more settings are wrong; the message is a list for whoever starts the service. */
export class ConfigError extends Explained {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The settings have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

const LIMITS = [
  'maxUploadBytes',
  'maxParallelUploads',
  'maxParallelReads',
  'maxEventStreams',
  'minFreeDiskBytes',
  'maxChannels',
  'maxNameLength',
  'maxMetadataBytes',
  'maxFormParts',
  'maxDepth',
  'maxSamplesPerAnswer',
  'maxImportFailures',
  'maxPageSize',
  'uploadIdleMs',
  'readStallMs',
  'instanceSilenceMs',
] as const satisfies readonly (keyof Limits)[];

const isSameText = (a: string | null, b: string): boolean =>
  a?.normalize('NFC').trim().toLowerCase() === b.normalize('NFC').toLowerCase();

/** Whether only this machine can reach an address. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Reads the configuration; no side effects but those of `kept`.
 * @param env names and values; an empty value counts as not set
 * @param kept hands over the secrets of a data folder; asked only on loopback with the embedded database, where some are missing and nothing else is wrong;
 * without it no secret may be missing
 * @throws ConfigError with every mistake
 */
export function readConfig(env: Environment, kept?: (dataDir: string) => Secrets): Config {
  const mistakes: string[] = [];
  const values = parseAll(env, mistakes);
  const isSet = (key: SettingKey): boolean => Boolean(env[SETTINGS[key].name]?.trim());
  const mayMakeUp = kept !== undefined && !isSet('mongodbUri') && isLoopback(values.host);
  const loadDemo = values.loadDemo ?? mayMakeUp;

  if (!mayMakeUp) {
    const place = isSet('mongodbUri') ? 'with a MONGODB_URI' : `on the address ${values.host}`;
    if (!isSet('secretKey'))
      mistakes.push(
        `SECRET_KEY must be set ${place}: 32 bytes or more, for example the output of: openssl rand -base64 48`,
      );
    if (!isSet('firstSuperuserPassword')) {
      if (isSet('firstSuperuser'))
        mistakes.push(
          'FIRST_SUPERUSER_PASSWORD must be set together with FIRST_SUPERUSER; or set neither and run: npm run create-admin',
        );
      else if (!isSet('mongodbUri'))
        mistakes.push(`FIRST_SUPERUSER_PASSWORD must be set ${place} with the embedded database: nobody could log in`);
    }
    if (values.loadDirectory && !isSet('firstSuperuserPassword'))
      mistakes.push(
        `FIRST_SUPERUSER_PASSWORD must be set ${place} when LOAD_DIRECTORY is on: the first admin imports it`,
      );
    if (loadDemo && !isSet('demoPassword'))
      mistakes.push(`DEMO_PASSWORD must be set ${place} when LOAD_DEMO is on; or set LOAD_DEMO=false`);
  }
  for (const [key, address] of [
    ['firstSuperuserPassword', values.firstSuperuser],
    ['demoPassword', DEMO_EMAIL],
  ] as const) {
    if (isSameText(values[key], address)) mistakes.push(`${SETTINGS[key].name} must not be the e-mail address`);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);

  const dataDir = resolve(values.dataDir);
  const isComplete = values.secretKey && values.firstSuperuserPassword && (values.demoPassword || !loadDemo);
  const secrets = mayMakeUp && !isComplete ? kept(dataDir) : null;
  return {
    host: values.host,
    port: values.port,
    dataDir,
    mongodbUri: values.mongodbUri,
    mongodBinary: values.mongodBinary,
    secretKey: values.secretKey ?? secrets?.secretKey ?? '',
    firstSuperuser: values.firstSuperuser,
    firstSuperuserPassword: values.firstSuperuserPassword ?? secrets?.adminPassword ?? null,
    demoPassword: loadDemo ? (values.demoPassword ?? secrets?.demoPassword ?? null) : null,
    loadDemo,
    loadDirectory: values.loadDirectory ?? !isSet('mongodbUri'),
    logLevel: values.logLevel,
    logFormat: values.logFormat,
    trustProxy: values.trustProxy,
    rateLimit: values.rateLimit,
    loginFailures: values.loginFailures,
    loginFailuresPerAddress: values.loginFailuresPerAddress,
    clinicTimezone: values.clinicTimezone,
    holidays: values.holidays ?? [],
    accessTokenSeconds: values.accessTokenSeconds,
    limits: Object.fromEntries(LIMITS.map((key) => [key, values[key]])) as Record<(typeof LIMITS)[number], number>,
  };
}

/** Where a first password comes from: made up and not shown yet, made up and shown at an earlier start, set by whoever starts the service; null where there is none. */
export type PasswordSource = 'new' | 'kept' | 'set' | null;

export interface LoadedConfig {
  config: Config;
  passwordSources: { admin: PasswordSource; demo: PasswordSource };
}

/**
 * Reads `.env` where there is one (the environment wins), then the configuration; makes up and keeps missing secrets where that is allowed.
 * @throws ConfigError with every mistake; UnusableDataDir
 */
export function loadConfig(envFile = '.env'): LoadedConfig {
  loadEnv(envFile);
  let kept: Kept | null = null as Kept | null;
  const config = readConfig(process.env, (dataDir) => {
    kept = keptSecrets(dataDir);
    return kept.secrets;
  });
  const source = (password: string | null, key: 'adminPassword' | 'demoPassword'): PasswordSource => {
    if (password === null) return null;
    if (kept?.secrets[key] !== password) return 'set';
    return kept.isShown ? 'kept' : 'new';
  };
  return {
    config,
    passwordSources: {
      admin: source(config.firstSuperuserPassword, 'adminPassword'),
      demo: source(config.demoPassword, 'demoPassword'),
    },
  };
}

/** Every setting's value; one that cannot be read is noted as a mistake and takes its default, so that the others are looked at too. */
function parseAll(env: Environment, mistakes: string[]): SettingValues {
  const value = (setting: Setting<unknown>): unknown => {
    const text = env[setting.name]?.trim();
    if (text) {
      try {
        return setting.parse(text);
      } catch (error) {
        const shown = setting.secret ? '' : ` (it is ${JSON.stringify(text)})`;
        mistakes.push(`${setting.name} ${(error as Error).message}${shown}`);
      }
    }
    return setting.fallback === '' ? null : setting.parse(setting.fallback);
  };
  return Object.fromEntries(Object.entries(SETTINGS).map(([key, setting]) => [key, value(setting)])) as SettingValues;
}
