/** Unsaved forms, kept for the tab until it is closed or the person logs out: also while the line is down. */
import { session } from '../session/session.ts';
import type { Values } from './form-values.ts';

export interface Draft {
  values: Values;
  /** What the form began with. */
  base: Values;
  /** The version that the form began with; null: something new. */
  version: number | null;
}

const keyOf = (name: string): string => `leadwire-draft:${session.peek()?.user.id ?? ''}:${name}`;

/** @returns null if there is none, or the browser keeps nothing */
export function readDraft(name: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(name)) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

export function keepDraft(name: string, draft: Draft): void {
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing: the form stays as long as it is open.
  }
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(keyOf(name));
  } catch {
    // As above: there is nothing to drop.
  }
}
