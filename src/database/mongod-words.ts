/** What a mongod that does not start says about itself, as one line for a person. */
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** Why it does not start. */
export interface MongodFault {
  text: string;
  /** `in-use`: another mongod has the folder. `damaged`: what lies in it cannot be read as data. */
  kind: 'in-use' | 'damaged' | 'other';
}

/** A line of its log, as far as it is looked at here. */
interface Line {
  s: string;
  c: string;
  msg: string;
  attr: { error?: unknown; message?: { msg?: unknown; error_str?: unknown } } | undefined;
}

/** Lines of its log that count: errors and what it ends of. */
const SEVERE = ['E', 'F'];
const ENOENT = 2;
const MAX_TEXT = 400;

/**
 * Listens to what mongod writes.
 * @returns what it has complained of first, null as long as it has not; what comes later follows from that
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
      // Such as the system's word that a library is missing.
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
    // The storage engine's own errors are negative, the system's (a full disk, no permission) are positive.
    const isDamaged = typeof error === 'number' && (error < 0 || error === ENOENT);
    const words = [message?.msg, message?.error_str].filter((word) => typeof word === 'string');
    return { text: shown(words.join(': ') || msg), kind: isDamaged ? 'damaged' : 'other' };
  }
  const detail = typeof error === 'string' ? error : '';
  return { text: shown(detail || msg), kind: /Unable to lock the lock file/.test(detail) ? 'in-use' : 'other' };
}

const shown = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
