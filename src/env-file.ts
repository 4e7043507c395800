/** Names in `.env` that are no setting: most often a slip, which would otherwise be followed by nothing at all. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SETTINGS } from './settings.ts';

/** What a `.env` may hold for others: the system, and, unless a setting is near, docker-compose.yml, Node and the tools that are started from here. */
const SYSTEM = /^(TZ|LANG|PATH|HOME|DEBUG|CI|(http|https|no)_proxy)$/i;
const OTHERS = /^(LEADWIRE|MONGO|MONGOMS|COMPOSE|DOCKER|NODE|NPM)_/i;

/** A slip is at most so many letters away from what was meant. */
const MAX_SLIPS = 2;

/** One line for each name in the file that is no setting, with the setting that was probably meant. The environment is not looked at: it serves everybody. */
export function misspelt(envFile = '.env'): string[] {
  if (!existsSync(envFile)) return [];
  const settings: readonly string[] = Object.values(SETTINGS).map(({ name }) => name);
  const strangers = Object.keys(parseEnv(readFileSync(envFile, 'utf8'))).filter((name) => !settings.includes(name) && !SYSTEM.test(name));
  return strangers.flatMap((name) => {
    const [nearest, slips] = settings.map((setting): [string, number] => [setting, distance(name.toUpperCase(), setting)]).reduce((a, b) => (b[1] < a[1] ? b : a));
    if (slips <= MAX_SLIPS) return [`${envFile}: ${name} is no setting and does nothing. Is ${nearest} meant?`];
    return OTHERS.test(name) ? [] : [`${envFile}: ${name} is no setting and does nothing. All settings stand in .env.example.`];
  });
}

/** How many letters have to be put in, left out, replaced or swapped with the next one to make one word of the other. */
function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) => Array.from({ length: to.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      (rows[i] as number[])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1), isSwap ? at(i - 2, j - 2) + 1 : Infinity);
    }
  }
  return at(from.length, to.length);
}
