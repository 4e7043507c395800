/** Readers for the texts of settings. Each throws an Error whose message completes the sentence "NAME …". */
import { isIP } from 'node:net';
import { isDay } from '../calendar/moment.ts';
import type { LogFormat } from '../log/logger.ts';
import { oneOfThese } from '../text/wording.ts';

const wrong = (reason: string): never => {
  throw new Error(reason);
};

/** A whole number within limits. */
export const whole =
  (low: number, high: number) =>
  (text: string): number =>
    /^\d{1,15}$/.test(text) && Number(text) >= low && Number(text) <= high
      ? Number(text)
      : wrong(`must be a whole number from ${low} to ${high}`);

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);
/** true, yes, on, 1 or their opposites; case is ignored. */
export const yesOrNo = (text: string): boolean => YES_NO.get(text.toLowerCase()) ?? wrong('must be true or false');

/** One of these words. */
export const oneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (text: string): Word =>
    words.find((word) => word === text) ?? wrong(oneOfThese(words));

const LOG_FORMATS: readonly LogFormat[] = ['auto', 'pretty', 'json'];
export const logFormat = (text: string): LogFormat =>
  LOG_FORMATS.find((format) => format === text) ?? wrong(oneOfThese(LOG_FORMATS));

export const host = (text: string): string =>
  isIP(text) > 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text) ? text : wrong('must be an IP address or a host name');

export const mongodbUri = (text: string): string =>
  /^mongodb(\+srv)?:\/\/[^/?]/.test(text)
    ? text
    : wrong('must begin with mongodb:// or mongodb+srv:// and name a server');

/** One e-mail address, in lower case. */
export const email = (text: string): string =>
  /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 254 ? text.toLowerCase() : wrong('must be one e-mail address');

/** Shorter keys could be guessed from a captured token; RFC 7518 section 3.2 requires as many bytes as the hash has. */
const SECRET_KEY_BYTES = 32;
export const secretKey = (text: string): string =>
  Buffer.byteLength(text) >= SECRET_KEY_BYTES
    ? text
    : wrong(
        `must be ${SECRET_KEY_BYTES} bytes or more but has ${Buffer.byteLength(text)}; generate one with: ` +
          'openssl rand -base64 48',
      );

export const password = (text: string): string =>
  text.length >= 10 && text.length <= 200 ? text : wrong('must have 10 to 200 characters');

/** A time zone of the IANA database, by its name there. */
export const timezone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return wrong('must be a time zone such as UTC or Europe/Berlin');
  }
};

/** Existing calendar days, distinct and in order. */
export const days = (text: string): readonly string[] =>
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
  isDay(text) ? text : wrong('must be dates that exist, such as 2026-01-01,2026-12-25');

/** The number of proxies in front, or the addresses and networks of trusted proxies; 0: none. */
export type TrustedProxies = number | readonly string[];
const MAX_PROXIES = 20;
export const trustedProxies = (text: string): TrustedProxies => {
  if (YES_NO.get(text.toLowerCase()) === false) return 0;
  if (/^\d+$/.test(text) && Number(text) <= MAX_PROXIES) return Number(text);
  const networks = text.split(',').map((part) => part.trim());
  return networks.every(isNetwork)
    ? networks
    : wrong(
        `must be false, the number of proxies in front (1 to ${MAX_PROXIES}), ` +
          'or their addresses and networks, such as 10.0.0.0/8,192.0.2.7',
      );
};
const isNetwork = (text: string): boolean => {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
};

/** Origins as browsers send them: scheme, host and, if it is not the usual one, port. */
export const origins = (text: string): readonly string[] =>
  [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part !== '').map(oneOrigin);
const oneOrigin = (text: string): string => {
  const origin = originIn(text);
  if (origin === text) return text;
  const why = origin === null ? `${text} is none` : `${origin} instead of ${text}`;
  return wrong(
    `must be origins as browsers send them, such as https://app.clinic.example, separated by commas; ${why}`,
  );
};
/** The origin that is meant, if it is one: a host with a wildcard never equals what a browser sends. */
const originIn = (text: string): string | null =>
  /^https?:\/\/[^*]+$/i.test(text) && URL.canParse(text) ? new URL(text).origin : null;

/** Any text. */
export const filled = (text: string): string => text;
const MAX_COUNT = 1e9;
/** A number from 1, or null for `off`. */
export const countOrOff = (text: string): number | null => {
  if (text === 'off') return null;
  return /^[1-9]\d*$/.test(text) && Number(text) <= MAX_COUNT
    ? Number(text)
    : wrong(`must be a whole number from 1 to ${MAX_COUNT}, or off`);
};
