/** Extracts one readable line from the log of a mongod that does not start. */
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** Why it does not start. */
export interface MongodFault {
  text: string;
  /** `in-use`: another mongod uses the folder. `damaged`: its content cannot be read as data. */
  kind: 'in-use' | 'damaged' | 'other';
}

/** The fields of a log line that are used here. */
interface Line {
  s: string;
  c: string;
  msg: string;
  attr: { error?: unknown; message?: { msg?: unknown; error_str?: unknown } } | undefined;
}

/** Severities that matter: errors and fatal errors. */
const SEVERE = ['E', 'F'];
const ENOENT = 2;
const MAX_TEXT = 400;

/**
 * Reads the output of mongod.
 * @returns its first complaint, or null so far; later ones are consequences
 */
export function mongodFault(outputs: readonly (Readable | null)[]): () => MongodFault | null {
  let first = null as MongodFault | null;
  let unknown = null as MongodFault | null;
  for (const output of outputs) {
    if (!output) continue;
    createInterface({ input: output }).on('line', (text) => {
      if (first) return;
      const line = parsed(text);
      if (line && SEVERE.includes(line.s)) first = faultOf(line);
      // Such as the system's message that a library is missing.
      if (!line && text.trim() !== '') unknown = { text: shown(text), kind: 'other' };
    });
  }
  return () => first ?? unknown;
}

function parsed(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Partial<Line> | null;
    return typeof line?.s === 'string' && typeof line.msg === 'string' ? (line as Line) : null;
  } catch {
    return null;
  }
}

function faultOf({ c: component, msg, attr }: Line): MongodFault {
  const { error, message } = attr ?? {};
  if (component === 'WT') {
    // Errors of the storage engine are negative, those of the system (a full disk, no permission) are positive.
    const isDamaged = typeof error === 'number' && (error < 0 || error === ENOENT);
    const words = [message?.msg, message?.error_str].filter((word) => typeof word === 'string');
    return { text: shown(words.join(': ') || msg), kind: isDamaged ? 'damaged' : 'other' };
  }
  const detail = typeof error === 'string' ? error : '';
  return { text: shown(detail || msg), kind: /Unable to lock the lock file/.test(detail) ? 'in-use' : 'other' };
}

const shown = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
