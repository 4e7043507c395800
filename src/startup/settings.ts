/**
 * Every setting of the service: its name in the environment, its reader, its default and its meaning. The start, the
 * README and `.env.example` (`settings-text.ts`) are all made from this table.
 */
import {
  whole,
  yesOrNo,
  oneOf,
  logFormat,
  host,
  mongodbUri,
  email,
  secretKey,
  password,
  timezone,
  days,
  trustedProxies,
  filled,
  countOrOff,
  origins,
} from './setting-values.ts';

/** One setting. `parse` is one of the readers in `setting-values.ts`. */
export interface Setting<Value> {
  name: string;
  /** As written in the environment; empty if there is no default: then `whenUnset` says what happens. */
  fallback: string;
  whenUnset?: string;
  /** A secret's value never appears in messages. */
  secret: boolean;
  meaning: string;
  parse: (text: string) => Value;
}

const setting = <Value>(
  name: string,
  fallback: string,
  parse: (text: string) => Value,
  meaning: string,
): Setting<Value> => ({
  name,
  fallback,
  parse,
  meaning,
  secret: false,
});

/** A setting without a fixed default: null if it is not set, and `whenUnset` says what happens then. */
const optional = <Value>(
  name: string,
  whenUnset: string,
  parse: (text: string) => Value,
  meaning: string,
): Setting<Value | null> => ({
  ...setting<Value | null>(name, '', parse, meaning),
  whenUnset,
});

const secret = (
  name: string,
  whenUnset: string,
  parse: (text: string) => string,
  meaning: string,
): Setting<string | null> => ({
  ...optional(name, whenUnset, parse, meaning),
  secret: true,
});

const MADE_UP = 'generated on loopback with the embedded database, and kept in the data folder';

/** The table. The limits are those of `Limits` in `config.ts`. */
export const SETTINGS = {
  host: setting('HOST', '127.0.0.1', host, 'Address to listen on.'),
  port: setting('PORT', '3000', whole(0, 65_535), 'Port to listen on; 0 takes any free one.'),
  dataDir: setting(
    'DATA_DIR',
    '.data',
    filled,
    'Folder for the embedded database and for generated secrets. Other users get no access to its contents.',
  ),
  mongodbUri: secret(
    'MONGODB_URI',
    'an embedded mongod is started',
    mongodbUri,
    'MongoDB to use: a replica set or a sharded cluster. If its path names no database, `leadwire` is used.',
  ),
  mongodBinary: optional(
    'MONGOD_BINARY',
    'taken from PATH or the cache, or downloaded once',
    filled,
    'The mongod for the embedded database.',
  ),
  secretKey: secret(
    'SECRET_KEY',
    MADE_UP,
    secretKey,
    'Signs the access tokens; 32 bytes or more, the same on every instance.',
  ),
  firstSuperuser: setting(
    'FIRST_SUPERUSER',
    'admin@leadwire.example',
    email,
    'E-mail address of the first admin, who is created at the start if missing.',
  ),
  firstSuperuserPassword: secret(
    'FIRST_SUPERUSER_PASSWORD',
    MADE_UP,
    password,
    'First password of the first admin, 10 characters or more. Ignored if this admin already exists.',
  ),
  loadDemo: optional(
    'LOAD_DEMO',
    'true if secrets may be generated, otherwise false',
    yesOrNo,
    'Creates a demo clinician with a few recordings at the start.',
  ),
  loadDirectory: optional(
    'LOAD_DIRECTORY',
    'true with the embedded database, otherwise false',
    yesOrNo,
    'Loads 100 synthetic patients and some attendances into an empty directory, once.',
  ),
  demoPassword: secret(
    'DEMO_PASSWORD',
    MADE_UP,
    password,
    'First password of the demo clinician, 10 characters or more.',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'The lowest level that is logged.',
  ),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    logFormat,
    'Format of the log: `pretty` for people, `json` for programs, `auto` for pretty on a terminal and JSON elsewhere.',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    'false',
    trustedProxies,
    'Proxies whose X-Forwarded-For is trusted: their number (such as 1), or their addresses and networks ' +
      '(10.0.0.0/8,192.0.2.7).',
  ),
  rateLimit: setting('RATE_LIMIT', '6000', countOrOff, 'Requests a minute from one client to one instance, or `off`.'),
  loginFailures: setting(
    'MAX_LOGIN_FAILURES',
    '10',
    countOrOff,
    'Wrong passwords for one account, from all addresses together. After that, each further one makes the wait ' +
      'longer. Or `off`.',
  ),
  loginFailuresPerAddress: setting(
    'MAX_LOGIN_FAILURES_PER_ADDRESS',
    '100',
    countOrOff,
    'Failed log-ins from one address in 15 minutes. After that, wrong passwords are answered with 429 and a ' +
      'wait; right ones still work. Or `off`.',
  ),
  accessTokenSeconds: setting(
    'ACCESS_TOKEN_SECONDS',
    '3600',
    whole(60, 2_592_000),
    'Seconds that an access token is valid.',
  ),
  sessionIdleSeconds: setting(
    'SESSION_IDLE_SECONDS',
    '1800',
    whole(60, 2_592_000),
    'Seconds after its log-in or last refresh at which a session of a browser ends.',
  ),
  sessionSeconds: setting(
    'SESSION_SECONDS',
    '43200',
    whole(60, 2_592_000),
    'Seconds after its log-in at which such a session ends, even if it is in use.',
  ),
  passwordResetSeconds: setting(
    'PASSWORD_RESET_SECONDS',
    '86400',
    whole(60, 2_592_000),
    'Seconds for which the link is valid with which a user sets a new password.',
  ),
  corsOrigins: optional(
    'CORS_ORIGINS',
    'only the pages of this service',
    origins,
    'Other origins whose pages may use the API with cookies, separated by commas: https://app.clinic.example.',
  ),
  clinicTimezone: setting('CLINIC_TIMEZONE', 'UTC', timezone, 'Time zone for dates that are given without one.'),
  holidays: optional(
    'HOLIDAYS',
    'Monday to Friday are all business days',
    days,
    'Days that are not business days, as dates separated by commas: 2026-01-01,2026-12-25.',
  ),
  cacheBytes: setting(
    'RECORDING_CACHE_BYTES',
    '33554432',
    whole(0, 1e12),
    'Bytes of memory for the descriptions of recordings that were read in the last seconds; 0 keeps none. Another ' +
      'instance sees a change within 5 s.',
  ),
  blockEncoding: setting(
    'BLOCK_ENCODING',
    'packed',
    oneOf('packed', 'plain'),
    'How new samples are stored: `packed` without loss into fewer bytes, or `plain` as typed arrays, for programs ' +
      'that read the database directly. Both can be read, whatever is set.',
  ),
  keepOriginals: setting(
    'KEEP_ORIGINALS',
    '16777216',
    whole(0, 1e12),
    'Bytes of the files of one upload up to which they are kept, to be downloaded again as they were; 0 keeps none.',
  ),
  maxUploadBytes: setting('MAX_UPLOAD_BYTES', '1073741824', whole(1, 1e15), 'Bytes of one upload.'),
  maxParallelUploads: setting(
    'MAX_PARALLEL_UPLOADS_PER_USER',
    '8',
    whole(1, 10_000),
    'Parallel uploads (recordings and imports) of one user to one instance.',
  ),
  maxParallelReads: setting(
    'MAX_PARALLEL_READS_PER_USER',
    '8',
    whole(1, 10_000),
    'Parallel large answers of one instance to one user: samples, exports, pictures, checks, insights of a ' +
      'window, in series or with options, a new zero level, reports.',
  ),
  maxEventStreams: setting(
    'MAX_EVENT_STREAMS_PER_USER',
    '16',
    whole(1, 10_000),
    'Open event streams (progress of imports and uploads) of one instance to one user.',
  ),
  maxPendingUploadBytes: setting(
    'MAX_PENDING_UPLOAD_BYTES_PER_USER',
    '4294967296',
    whole(1, 1e15),
    'Bytes of the resumable uploads of one user that are not yet recordings, by their declared lengths.',
  ),
  maxPendingUploads: setting(
    'MAX_PENDING_UPLOADS_PER_USER',
    '100',
    whole(1, 10_000),
    'Resumable uploads of one user that are not yet recordings.',
  ),
  uploadLifetimeSeconds: setting(
    'UPLOAD_LIFETIME_SECONDS',
    '86400',
    whole(60, 2_592_000),
    'Seconds after its last byte, or last use, at which a resumable upload expires.',
  ),
  minFreeDiskBytes: setting(
    'MIN_FREE_DISK_BYTES',
    '536870912',
    whole(0, 1e15),
    'Free bytes on the disk of the database below which uploads and imports are refused. 0 refuses nothing.',
  ),
  maxChannels: setting('MAX_CHANNELS', '256', whole(1, 10_000), 'Channels of one recording.'),
  maxNameLength: setting('MAX_NAME_LENGTH', '200', whole(1, 10_000), 'Characters of a name.'),
  maxMetadataBytes: setting(
    'MAX_METADATA_BYTES',
    '1048576',
    whole(1_024, 8_388_608),
    'Bytes of everything in an upload other than signals.',
  ),
  maxFormParts: setting('MAX_FORM_PARTS', '5000', whole(1, 100_000), 'Parts of one form: files and fields together.'),
  maxDepth: setting('MAX_DEPTH', '32', whole(4, 1_000), 'Levels of nesting in JSON.'),
  maxSamplesPerAnswer: setting('MAX_SAMPLES_PER_ANSWER', '1000000', whole(1, 1e9), 'Samples in one answer.'),
  maxImportFailures: setting(
    'MAX_IMPORT_FAILED_ROWS',
    '100000',
    whole(1, 1e9),
    'Rows of one import that may fail before it is stopped.',
  ),
  maxPageSize: setting('MAX_PAGE_SIZE', '200', whole(1, 10_000), 'Items on one page of a list.'),
  uploadIdleMs: setting(
    'MAX_UPLOAD_IDLE_MS',
    '30000',
    whole(100, 3_600_000),
    'Milliseconds without a byte of the body after which an upload is cancelled.',
  ),
  readStallMs: setting(
    'MAX_READ_STALL_MS',
    '30000',
    whole(100, 3_600_000),
    'Milliseconds without progress after which a client that does not read its answer is disconnected.',
  ),
  instanceSilenceMs: setting(
    'MAX_INSTANCE_SILENCE_MS',
    '60000',
    whole(20_000, 3_600_000),
    'Milliseconds without a heartbeat after which another instance counts as dead and its unfinished uploads ' +
      'are removed.',
  ),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValues = { [Key in SettingKey]: ReturnType<(typeof SETTINGS)[Key]['parse']> };
