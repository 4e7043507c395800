/** What the document shows of an answer: its status and a shortened body. */
import { existsSync, readFileSync } from 'node:fs';

const WIDTH = 160;
/** Maximum characters of a text. */
const LONGEST_TEXT = 100;
const LINES = 4;
/** Maximum characters of a list item that is shown after the first one. */
const SMALL = 220;
/** Values that must not appear in a document, although they are useless elsewhere. */
const SECRETS = ['accessToken', 'password', 'token', 'link'];
/** The headers that matter to a reader. */
const HEADERS = ['Location', 'ETag', 'Upload-Offset', 'Upload-Length', 'Tus-Extension', 'Tus-Max-Size'];

/** A tag without a version, which nearly every answer has. */
const OF_CONTENT = /^"[0-9a-f]{16}"$/;

/**
 * @param path of the files in which curl has stored the answer, without extension; if they do not exist, nothing is
 * shown
 */
export function shownAnswer(path: string): string {
  if (!existsSync(`${path}.headers`)) return '';
  // The last head: a 100 Continue may come before it.
  const [status = '', ...lines] =
    readFileSync(`${path}.headers`, 'utf8').trim().split('\r\n\r\n').at(-1)?.split('\r\n') ?? [];
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const named = HEADERS.flatMap((name) => {
    const value = headers.get(name.toLowerCase());
    return value === undefined || OF_CONTENT.test(value) ? [] : [` · \`${name}: ${value}\``];
  });
  const shown = body(readFileSync(`${path}.body`, 'utf8'), headers.get('content-type') ?? '');
  return `Answer: ${status.replace(/^\S+ /, '')}${named.join('')}\n${shown}`;
}

function body(text: string, type: string): string {
  if (text === '') return '';
  if (/json/.test(type)) return fence('json', packed(JSON.parse(text)));
  if (!type.startsWith('text/')) return '';
  const lines = text.trimEnd().split(/\r?\n/);
  // The number of events depends on timing: only the last one is shown.
  if (/event-stream/.test(type))
    return fence(
      'text',
      lines
        .slice(lines.lastIndexOf('') + 1)
        .map(cut)
        .join('\n'),
    );
  return fence(
    /csv/.test(type) ? 'csv' : 'text',
    [...lines.slice(0, LINES).map(cut), ...(lines.length > LINES ? ['…'] : [])].join('\n'),
  );
}

const cut = (line: string): string => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line);
const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

/** JSON with lines as full as possible. Of a list of objects the first one is shown, and more if they are small. */
function packed(value: unknown, indent = ''): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    const isLarge = value.some((item) => typeof item === 'object' && JSON.stringify(item).length > SMALL);
    const shown = value
      .slice(0, isLarge ? 1 : typeof value[0] === 'object' ? LINES : 10)
      .map((item) => packed(item, inner));
    const separator = typeof value[0] === 'object' && !isLarge ? `,\n${inner}` : ', ';
    return `[${[...shown, ...(shown.length < value.length ? ['…'] : [])].join(separator)}]`;
  }
  const entries = Object.entries(value).map(
    ([key, item], i, all) =>
      `${JSON.stringify(key)}: ${SECRETS.includes(key) ? '"…"' : packed(item, inner)}${i < all.length - 1 ? ',' : ''}`,
  );
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    // A value of several lines shares none of them with others.
    const joins =
      last !== undefined && !`${last}${entry}`.includes('\n') && inner.length + last.length + 1 + entry.length <= WIDTH;
    if (joins) lines[lines.length - 1] = `${last} ${entry}`;
    else lines.push(entry);
  }
  return `{${lines.join(`\n${inner}`)}}`;
}

/** Values that differ between runs and days. */
const VOLATILE: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{24}\b/g, 'ID'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID'],
  [/"(\w+At|estimatedEnd)": ?("[^"]*"|null)/g, '"$1": "TIME"'],
  [/"(age|rate|version|node|agent)": ?"?[^,"}]+"?/g, '"$1": 0'],
  [/"(\w+ExpiresIn|expiresIn|uptimeSeconds|(data|stored|index|total|free)Bytes)": ?\d+/g, '"$1": 0'],
  [/"(nextCursor|requestId)": ?"[^"]*"/g, '"$1": "TEXT"'],
  [/ETag: "[^"]*"/g, 'ETag: "N"'],
  [/"at": ?"[^"]*"/g, '"at": "TIME"'],
  // In CSV; it may be cut off.
  [/,20\d\d-\d\d-\d\dT[^,\s]*/g, ',TIME'],
  [/^(data|id): .*$/gm, '$1: N'],
  // The last digits depend on the machine.
  [/(\d+\.\d{10})\d+/g, '$1'],
  // Their lengths differ, too, and so line breaks do.
  [/\s+/g, ' '],
];

export const withoutVolatile = (answer: string): string =>
  VOLATILE.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), answer);
