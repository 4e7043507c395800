/**
 * The configuration of one service, read once from the environment. All mistakes are reported together, and the service
 * does not start with any.
 */
import { resolve } from 'node:path';
import { loadEnv } from './env-file.ts';
import { Explained } from './explained.ts';
import type { LogFormat } from '../log/logger.ts';
import { type Kept, keptSecrets, type Secrets } from './secrets.ts';
import type { TrustedProxies } from './setting-values.ts';
import { SETTINGS, type Setting, type SettingKey, type SettingValues } from './settings.ts';

/** Limits on what one request may use. Each has a setting, see `settings.ts`. */
export interface Limits {
  maxUploadBytes: number;
  /** Per user and instance. */
  maxParallelUploads: number;
  /** Large answers per user and instance. */
  maxParallelReads: number;
  /** Event streams per user and instance. */
  maxEventStreams: number;
  /** Bytes of the resumable uploads of one user that are not yet recordings. */
  maxPendingUploadBytes: number;
  /** Number of those uploads. */
  maxPendingUploads: number;
  /** Seconds after the last byte. */
  uploadLifetimeSeconds: number;
  /** On the disk of the database; 0: no reserve. */
  minFreeDiskBytes: number;
  maxChannels: number;
  maxNameLength: number;
  /** Everything in an upload except the signals. */
  maxMetadataBytes: number;
  /** Files and fields together. */
  maxFormParts: number;
  maxDepth: number;
  maxSamplesPerAnswer: number;
  /** Rows of one import that may fail. */
  maxImportFailures: number;
  maxPageSize: number;
  /** Milliseconds without data after which an upload is given up. */
  uploadIdleMs: number;
  /** Milliseconds after which a client that reads nothing of its answer is cut off. */
  readStallMs: number;
  /** Milliseconds without a heartbeat after which an instance counts as dead and its unfinished uploads are swept. */
  instanceSilenceMs: number;
}

export interface Config {
  host: string;
  port: number;
  /** An absolute path. */
  dataDir: string;
  /** Null: an embedded mongod is started. */
  mongodbUri: string | null;
  mongodBinary: string | null;
  secretKey: string;
  firstSuperuser: string;
  /** Null: no admin is provisioned. */
  firstSuperuserPassword: string | null;
  /** Null if no demo is loaded. */
  demoPassword: string | null;
  loadDemo: boolean;
  /** Requires a first admin. */
  loadDirectory: boolean;
  logLevel: string;
  logFormat: LogFormat;
  trustProxy: TrustedProxies;
  /** Requests per minute and client; null: no limit. */
  rateLimit: number | null;
  /** Wrong passwords for one account before log-ins are delayed; null: no limit. */
  loginFailures: number | null;
  /** Failed log-ins from one address in 15 minutes; null: no limit. */
  loginFailuresPerAddress: number | null;
  clinicTimezone: string;
  /** Distinct calendar days such as `2026-12-25`. */
  holidays: readonly string[];
  accessTokenSeconds: number;
  /** Without a refresh. */
  sessionIdleSeconds: number;
  /** In total. */
  sessionSeconds: number;
  passwordResetSeconds: number;
  /** Other origins whose pages may use the API. */
  corsOrigins: readonly string[];
  /** For the descriptions of recordings that were read in the last seconds. */
  cacheBytes: number;
  /** How new samples are stored. */
  blockEncoding: 'packed' | 'plain';
  /** Bytes of the files of one upload that are kept; 0: none. */
  keepOriginals: number;
  limits: Limits;
}

/** The user who owns the demo recordings. */
export const DEMO_EMAIL = 'demo@leadwire.example';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One or more settings are wrong; the message lists them for the user who starts the service. */
export class ConfigError extends Explained {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The settings have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n` +
        mistakes.map((mistake) => `  - ${mistake}`).join('\n'),
    );
    this.mistakes = mistakes;
  }
}

const LIMITS = [
  'maxUploadBytes',
  'maxParallelUploads',
  'maxParallelReads',
  'maxEventStreams',
  'maxPendingUploadBytes',
  'maxPendingUploads',
  'uploadLifetimeSeconds',
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

/** Whether an address can only be reached from this machine. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Reads the configuration; the only side effects are those of `kept`.
 * @param env names and values; an empty value counts as not set
 * @param kept returns the secrets of a data folder. Called only on loopback with the embedded database, if secrets are
 * missing and nothing else is wrong. If it is omitted, no secret may be missing
 * @throws ConfigError with all mistakes
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
          'FIRST_SUPERUSER_PASSWORD must be set together with FIRST_SUPERUSER; ' +
            'or set neither and run: npm run create-admin',
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
    sessionIdleSeconds: values.sessionIdleSeconds,
    sessionSeconds: values.sessionSeconds,
    passwordResetSeconds: values.passwordResetSeconds,
    corsOrigins: values.corsOrigins ?? [],
    cacheBytes: values.cacheBytes,
    blockEncoding: values.blockEncoding,
    keepOriginals: values.keepOriginals,
    limits: Object.fromEntries(LIMITS.map((key) => [key, values[key]])) as Record<(typeof LIMITS)[number], number>,
  };
}

/**
 * Where a first password comes from: generated and not shown yet, generated and shown at an earlier start, or set by
 * the user who starts the service; null if there is none.
 */
export type PasswordSource = 'new' | 'kept' | 'set' | null;

export interface LoadedConfig {
  config: Config;
  passwordSources: { admin: PasswordSource; demo: PasswordSource };
}

/**
 * Reads `.env` if it exists (the environment has precedence), then the configuration. Generates and stores missing
 * secrets if that is allowed.
 * @throws ConfigError with all mistakes; UnusableDataDir
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

/**
 * The values of all settings. One that cannot be read is added to the mistakes and gets its default, so that the others
 * are checked, too.
 */
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
