/** Every setting of the service: its name in the environment, how its text is read, its default and what it means. One table feeds start, README and `.env.example`. */
import { isIP } from 'node:net';
import type { LogFormat } from '../log/logger.ts';
import { oneOfThese } from '../text/wording.ts';

/** One setting. `parse` throws an Error whose message completes the sentence "NAME …". */
export interface Setting<Value> {
  name: string;
  /** As it would be written in the environment; empty where there is none, then `whenUnset` says what happens. */
  fallback: string;
  whenUnset?: string;
  /** A secret's value never appears in messages. */
  secret: boolean;
  meaning: string;
  parse: (text: string) => Value;
}

const wrong = (reason: string): never => {
  throw new Error(reason);
};

const whole =
  (low: number, high: number) =>
  (text: string): number =>
    /^\d{1,15}$/.test(text) && Number(text) >= low && Number(text) <= high
      ? Number(text)
      : wrong(`must be a whole number from ${low} to ${high}`);

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);
const yesOrNo = (text: string): boolean => YES_NO.get(text.toLowerCase()) ?? wrong('must be true or false');

const oneOf =
  (...words: string[]) =>
  (text: string): string =>
    words.includes(text) ? text : wrong(oneOfThese(words));

const LOG_FORMATS: readonly LogFormat[] = ['auto', 'pretty', 'json'];
const logFormat = (text: string): LogFormat =>
  LOG_FORMATS.find((format) => format === text) ?? wrong(oneOfThese(LOG_FORMATS));

const host = (text: string): string =>
  isIP(text) > 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text) ? text : wrong('must be an IP address or a host name');

const mongodbUri = (text: string): string =>
  /^mongodb(\+srv)?:\/\/[^/?]/.test(text)
    ? text
    : wrong('must begin with mongodb:// or mongodb+srv:// and name a server');

const email = (text: string): string =>
  /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 254 ? text.toLowerCase() : wrong('must be one e-mail address');

/** Shorter keys could be guessed from a captured token; RFC 7518 section 3.2 asks for as many bytes as the hash has. */
const SECRET_KEY_BYTES = 32;
const secretKey = (text: string): string =>
  Buffer.byteLength(text) >= SECRET_KEY_BYTES
    ? text
    : wrong(
        `must be ${SECRET_KEY_BYTES} bytes or more and has ${Buffer.byteLength(text)}; make one with: openssl rand -base64 48`,
      );

const password = (text: string): string =>
  text.length >= 10 && text.length <= 200 ? text : wrong('must have 10 to 200 characters');

const timezone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return wrong('must be a time zone such as UTC or Europe/Berlin');
  }
};

/** Calendar days that exist, each once and in order. */
const days = (text: string): readonly string[] =>
  [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(existingDay),
    ),
  ].toSorted();
const existingDay = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
    ? text
    : wrong('must be dates that exist, such as 2026-01-01,2026-12-25');

/** How many proxies stand in front, or the addresses and networks of those whose word counts; 0: nobody's. */
export type TrustedProxies = number | readonly string[];
const MAX_PROXIES = 20;
const trustedProxies = (text: string): TrustedProxies => {
  if (YES_NO.get(text.toLowerCase()) === false) return 0;
  if (/^\d+$/.test(text) && Number(text) <= MAX_PROXIES) return Number(text);
  const networks = text.split(',').map((part) => part.trim());
  return networks.every(isNetwork)
    ? networks
    : wrong(
        `must be false, the number of proxies in front (1 to ${MAX_PROXIES}), or their addresses and networks, such as 10.0.0.0/8,192.0.2.7`,
      );
};
const isNetwork = (text: string): boolean => {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
};

const filled = (text: string): string => text;
const MAX_COUNT = 1e9;
const countOrOff = (text: string): number | null => {
  if (text === 'off') return null;
  return /^[1-9]\d*$/.test(text) && Number(text) <= MAX_COUNT
    ? Number(text)
    : wrong(`must be a whole number from 1 to ${MAX_COUNT}, or off`);
};

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

/** A setting without a fixed default: null when it is not set, and `whenUnset` says what is done then. */
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

const table = (): Setting<unknown>[] => Object.values(SETTINGS);

/** Settings that bound what one request, client or upload may ask for. */
const isLimit = (name: string): boolean => /^M(AX|IN)_/.test(name) || name === 'RATE_LIMIT';

/** The limits as a markdown table, for the README. */
export function limitsTable(): string {
  const rows = table()
    .filter(({ name }) => isLimit(name))
    .map(({ name, fallback, meaning }) => `| \`${name}\` | ${Number(fallback).toLocaleString('en-US')} | ${meaning} |`);
  return ['| setting | default | what it bounds |', '|---|---:|---|', ...rows].join('\n');
}

/** The text of `.env.example`: every setting with its meaning, switched off. */
export function envExample(): string {
  const entries = table().map(
    ({ name, fallback, whenUnset, meaning }) =>
      `# ${meaning}${whenUnset ? `\n# Not set: ${whenUnset}.` : ''}\n#${name}=${fallback}\n`,
  );
  return [
    '# Settings of Leadwire. Copy this file to `.env` and take the # away from what you change; the environment wins over the file.\n',
    ...entries,
  ].join('\n');
}
