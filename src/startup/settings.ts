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

const MADE_UP = 'made up on loopback with the embedded database, and kept in the data folder';

/** The table. The limits are those of `Limits` in `config.ts`. */
export const SETTINGS = {
  host: setting('HOST', '127.0.0.1', host, 'Address to listen on.'),
  port: setting('PORT', '3000', whole(0, 65_535), 'Port to listen on; 0 takes any free one.'),
  dataDir: setting(
    'DATA_DIR',
    '.data',
    filled,
    'Folder for the embedded database and for secrets that were made up; what lies in it is kept from other users.',
  ),
  mongodbUri: secret(
    'MONGODB_URI',
    'an embedded mongod is started',
    mongodbUri,
    'MongoDB to use: a replica set or a sharded cluster. Without a database in its path, `leadwire` is used.',
  ),
  mongodBinary: optional(
    'MONGOD_BINARY',
    'found on PATH, in the cache, or downloaded once',
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
    'E-mail address of the first admin, who is made at start when missing.',
  ),
  firstSuperuserPassword: secret(
    'FIRST_SUPERUSER_PASSWORD',
    MADE_UP,
    password,
    'First password of the first admin, 10 characters or more. Not applied to an admin who exists.',
  ),
  loadDemo: optional(
    'LOAD_DEMO',
    'true where secrets may be made up, else false',
    yesOrNo,
    'Makes a demo clinician with a few recordings at start.',
  ),
  loadDirectory: optional(
    'LOAD_DIRECTORY',
    'true with the embedded database, else false',
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
    'The least severe level that is logged.',
  ),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    logFormat,
    'How log lines look: `pretty` for people, `json` for programs, `auto` pretty on a terminal and else JSON.',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    'false',
    trustedProxies,
    'Whose X-Forwarded-For is believed: how many proxies stand in front (1, say), or their addresses and networks (10.0.0.0/8,192.0.2.7).',
  ),
  rateLimit: setting(
    'RATE_LIMIT',
    '6000',
    countOrOff,
    'Requests a minute that one client may send to one instance, or `off`.',
  ),
  loginFailures: setting(
    'MAX_LOGIN_FAILURES',
    '10',
    countOrOff,
    'Wrong passwords for one account, wherever they come from, after which each further one makes the next try wait longer; or `off`.',
  ),
  loginFailuresPerAddress: setting(
    'MAX_LOGIN_FAILURES_PER_ADDRESS',
    '100',
    countOrOff,
    'Failed log-ins from one address in 15 minutes, after which those that fail are told to wait; right passwords are taken. Or `off`.',
  ),
  accessTokenSeconds: setting('ACCESS_TOKEN_SECONDS', '3600', whole(60, 2_592_000), 'How long an access token lasts.'),
  clinicTimezone: setting('CLINIC_TIMEZONE', 'UTC', timezone, 'Time zone in which dates without one are read.'),
  holidays: optional(
    'HOLIDAYS',
    'Monday to Friday all count',
    days,
    'Days that are no business days, as dates with commas between them: 2026-01-01,2026-12-25.',
  ),
  maxUploadBytes: setting('MAX_UPLOAD_BYTES', '1073741824', whole(1, 1e15), 'Bytes of one upload.'),
  maxParallelUploads: setting(
    'MAX_PARALLEL_UPLOADS_PER_USER',
    '8',
    whole(1, 10_000),
    'Uploads of one user, recordings and imports, that one instance takes at the same time.',
  ),
  maxParallelReads: setting(
    'MAX_PARALLEL_READS_PER_USER',
    '8',
    whole(1, 10_000),
    'Large answers (samples, exports, pictures, checks, insights of a window or another rule, a new zero level, reports) to one user that one instance makes at the same time.',
  ),
  maxEventStreams: setting(
    'MAX_EVENT_STREAMS_PER_USER',
    '16',
    whole(1, 10_000),
    'Streams of the events of an import to one user that one instance keeps open at the same time.',
  ),
  minFreeDiskBytes: setting(
    'MIN_FREE_DISK_BYTES',
    '536870912',
    whole(0, 1e15),
    'Bytes that stay free on the disk of the database: uploads and imports are refused with less. 0 refuses nothing.',
  ),
  maxChannels: setting('MAX_CHANNELS', '256', whole(1, 10_000), 'Channels of one recording.'),
  maxNameLength: setting('MAX_NAME_LENGTH', '200', whole(1, 10_000), 'Characters of a name.'),
  maxMetadataBytes: setting(
    'MAX_METADATA_BYTES',
    '1048576',
    whole(1_024, 8_388_608),
    'Bytes of everything in an upload that is not a signal.',
  ),
  maxFormParts: setting('MAX_FORM_PARTS', '5000', whole(1, 100_000), 'Parts of one form: files and fields together.'),
  maxDepth: setting('MAX_DEPTH', '32', whole(4, 1_000), 'Levels of nesting in JSON.'),
  maxSamplesPerAnswer: setting('MAX_SAMPLES_PER_ANSWER', '1000000', whole(1, 1e9), 'Samples in one answer.'),
  maxImportFailures: setting(
    'MAX_IMPORT_FAILED_ROWS',
    '100000',
    whole(1, 1e9),
    'Rows of one import that may fail before it is given up.',
  ),
  maxPageSize: setting('MAX_PAGE_SIZE', '200', whole(1, 10_000), 'Items on one page of a list.'),
  uploadIdleMs: setting(
    'MAX_UPLOAD_IDLE_MS',
    '30000',
    whole(100, 3_600_000),
    'Milliseconds in which a body may bring nothing before the upload is given up.',
  ),
  readStallMs: setting(
    'MAX_READ_STALL_MS',
    '30000',
    whole(100, 3_600_000),
    'Milliseconds after which a reader is cut off who has taken nothing of an answer meanwhile.',
  ),
  instanceSilenceMs: setting(
    'MAX_INSTANCE_SILENCE_MS',
    '60000',
    whole(20_000, 3_600_000),
    'Milliseconds without a heartbeat after which another instance counts as dead, and its unfinished uploads are removed.',
  ),
} as const;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValues = { [Key in SettingKey]: ReturnType<(typeof SETTINGS)[Key]['parse']> };
