/** The settings as text for the README and `.env.example`. */
import { type Setting, SETTINGS } from './settings.ts';

const table: readonly Setting<unknown>[] = Object.values(SETTINGS);

/** Settings that limit what one request, client or upload may use. */
const isLimit = (name: string): boolean => /^M(AX|IN)_/.test(name) || name === 'RATE_LIMIT';

/** The limits as a markdown table, for the README. */
export function limitsTable(): string {
  const rows = table
    .filter(({ name }) => isLimit(name))
    .map(({ name, fallback, meaning }) => `| \`${name}\` | ${Number(fallback).toLocaleString('en-US')} | ${meaning} |`);
  return ['| setting | default | what it limits |', '|---|---:|---|', ...rows].join('\n');
}

/** The text of `.env.example`: every setting with its meaning, commented out. */
export function envExample(): string {
  const entries = table.map(
    ({ name, fallback, whenUnset, meaning }) =>
      `${comment(meaning)}${whenUnset ? comment(`Not set: ${whenUnset}.`) : ''}#${name}=${fallback}\n`,
  );
  const head = 'Settings of Leadwire. Copy this file to `.env` and uncomment what you change. Environment variables ';
  return [comment(`${head}override the file.`), ...entries].join('\n');
}

/** Lines that begin with #, of at most 120 characters. */
function comment(text: string): string {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= 120) lines[lines.length - 1] = longer;
    else lines.push(`# ${word}`);
  }
  return `${lines.join('\n')}\n`;
}
