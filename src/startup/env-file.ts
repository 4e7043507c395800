/** The file `.env`, and warnings about its contents. */
import { readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { Explained } from './explained.ts';
import { SETTINGS } from './settings.ts';

/** The file exists but cannot be read as settings; the message says why. */
export class UnreadableEnvFile extends Explained {
  override readonly name = 'UnreadableEnvFile';
}

/**
 * Names that `.env` may contain for other programs: the system and, unless the name resembles a setting,
 * docker-compose.yml, Node.js and tools started from here.
 */
const SYSTEM = /^(TZ|LANG|PATH|HOME|DEBUG|CI|(http|https|no)_proxy)$/i;
const OTHERS = /^(LEADWIRE|MONGO|MONGOMS|COMPOSE|DOCKER|NODE|NPM)_/i;

/** Settings and passwords of docker-compose.yml that must be kept secret. */
const SECRETS = Object.values(SETTINGS)
  .filter(({ secret }) => secret)
  .map(({ name }): string => name);
const SECRETS_OF_COMPOSE = /^MONGO_(\w+_)?(PASSWORD|KEY)$/;
const isSecret = (name: string): boolean => SECRETS.includes(name) || SECRETS_OF_COMPOSE.test(name);

/** A typing error differs from the intended name in at most this many letters. */
const MAX_SLIPS = 2;

/** Loads the settings of the file if it exists; the environment has precedence. @throws UnreadableEnvFile */
export function loadEnv(envFile = '.env'): void {
  for (const [name, value] of Object.entries(read(envFile))) process.env[name] ??= value;
}

/**
 * One line for each probable mistake. The environment itself is not checked, since all programs share it.
 * @throws UnreadableEnvFile
 */
export function envWarnings(envFile = '.env'): string[] {
  const values = read(envFile);
  const warnings = [...misspelt(Object.keys(values)), ...spilling(values), ...exposed(values, envFile)];
  return warnings.map((warning) => `${envFile}: ${warning}`);
}

/** Unknown names: most often typing errors, which would otherwise be ignored silently. */
function misspelt(names: readonly string[]): string[] {
  const settings: readonly string[] = Object.values(SETTINGS).map(({ name }) => name);
  const strangers = names.filter((name) => !settings.includes(name) && !SYSTEM.test(name));
  return strangers.flatMap((name) => {
    // The text before the last word may be part of a secret.
    const [last = '', ...before] = name.split(/\s+/).toReversed();
    if (before.length > 0) {
      return [
        `the text before ${last}= is not a line NAME=value, so both are ignored. ` +
          'Is a = missing, or a quote left open?',
      ];
    }
    const [nearest, slips] = settings
      .map((setting): [string, number] => [setting, distance(name.toUpperCase(), setting)])
      .reduce((a, b) => (b[1] < a[1] ? b : a));
    if (slips <= MAX_SLIPS) return [`${name} is not a setting and is ignored. Did you mean ${nearest}?`];
    return OTHERS.test(name) ? [] : [`${name} is not a setting and is ignored. All settings are in .env.example.`];
  });
}

/** An unclosed quote includes the following lines, up to the next quote, in its value. */
const spilling = (values: Readonly<Record<string, string>>): string[] =>
  Object.values(SETTINGS)
    .filter(({ name }) => values[name]?.includes('\n'))
    .map(({ name }) => `${name} spans more than one line. Is a quote left open?`);

/** Secrets that other users can read. The file belongs to the user, who may have reasons: its mode is not changed. */
function exposed(values: Readonly<Record<string, string>>, envFile: string): string[] {
  const secrets = Object.keys(values).filter((name) => values[name] !== '' && isSecret(name));
  if (secrets.length === 0 || process.platform === 'win32') return [];
  const mode = statSync(envFile).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  const shown = mode.toString(8).padStart(4, '0');
  return [`it contains ${secrets.join(', ')} and is open to other users (mode ${shown}). Run: chmod 600 ${envFile}`];
}

/** The file's names and values; empty if there is no file. */
function read(envFile: string): Record<string, string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(envFile));
    if (text.includes('\0')) throw new TypeError();
    return parseEnv(text) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    const why = error instanceof TypeError ? 'it is not UTF-8 text' : (error as Error).message;
    throw new UnreadableEnvFile(
      `${envFile} cannot be read: ${why}. It must consist of lines NAME=value, as in .env.example.`,
      { cause: error },
    );
  }
}

/** The number of letters to insert, delete, replace or swap with the next one to turn one word into the other. */
function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) =>
    Array.from({ length: to.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      (rows[i] as number[])[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1),
        isSwap ? at(i - 2, j - 2) + 1 : Infinity,
      );
    }
  }
  return at(from.length, to.length);
}
