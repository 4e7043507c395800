/**
 * What is uploaded: one item for each recording, with its files. Kept while other pages of the application are shown.
 */
import { computed, type Signal, signal } from '@preact/signals';
import { Pace } from './pace.ts';
import { type ChosenFile, hasUploads } from './presence.ts';
import { AS_RECOGNISED, type Reading } from './reading.ts';

export type Phase =
  | 'incomplete'
  | 'waiting'
  | 'sending'
  | 'paused'
  | 'offline'
  | 'making'
  | 'done'
  | 'known'
  | 'refused'
  | 'lost';

/** A file of a recording. */
export interface Part {
  name: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970: with name and size, what tells files apart. */
  modified: number;
  /** Null after the page was loaded again: a browser does not keep files. */
  chosen: ChosenFile | null;
  /** Of the service; null before it knows of the file. */
  uploadId: string | null;
  /** Bytes that the service has. */
  sent: number;
  isSent: boolean;
}

export interface Refusal {
  code: string;
  message: string;
  /** The recording that is in the way. */
  existing: string | null;
  /** The service's own words, in English, where `message` says less. */
  detail?: string;
}

/** A recording in the version that was seen. */
export interface Seen {
  id: string;
  version: number;
  /** Which part of its file it is; null if it is the whole. */
  part: string | null;
}

export interface ItemState {
  phase: Phase;
  parts: readonly Part[];
  /** Names of files that the header names and that were not chosen. */
  missing: readonly string[];
  refusal: Refusal | null;
  /** What was made. */
  recordings: readonly Seen[];
  /** What the service did not keep, or assumed. */
  warnings: readonly string[];
  /** Whether it is a text table; null while it is not known. */
  isTable: boolean | null;
  /** What was made of it before it was read again. */
  former: readonly Seen[];
  /** How much of the files the service has read to make the recording, from 0 to 1. */
  read: number;
  /** Bytes per second; null while unknown. */
  rate: number | null;
  secondsLeft: number | null;
}

export interface Item {
  /** Distinguishes it on the service, too. */
  group: string;
  name: string;
  state: Signal<ItemState>;
  pace: Pace;
  /** Whether equal content is to be kept beside the present recording. */
  keepBoth: boolean;
  reading: Reading;
  /** Whether what was made before it was read again is deleted. */
  removesFormer: boolean;
}

export const items = signal<readonly Item[]>([]);
/** Files that are parts of a record without its header. */
export const headless = signal<readonly ChosenFile[]>([]);
/** Names of files that are no recordings. */
export const skipped = signal<readonly string[]>([]);

/** Phases in which something happens by itself. */
const ACTIVE: ReadonlySet<Phase> = new Set(['waiting', 'sending', 'offline', 'making']);
/** Phases of a recording that the service has. */
const MADE: ReadonlySet<Phase> = new Set(['done', 'known']);
/** Phases in which nothing happens any more. */
export const FINISHED: ReadonlySet<Phase> = new Set(['done', 'known', 'refused']);

export const activeCount = computed(() => items.value.filter(({ state }) => ACTIVE.has(state.value.phase)).length);
export const storedCount = computed(() => items.value.filter(({ state }) => MADE.has(state.value.phase)).length);
export const finishedCount = computed(() => items.value.filter(({ state }) => FINISHED.has(state.value.phase)).length);

export function newItem(name: string, parts: readonly Part[], more: Partial<ItemState> = {}, group?: string): Item {
  const state: ItemState = {
    phase: 'waiting',
    parts,
    missing: [],
    refusal: null,
    recordings: [],
    warnings: [],
    isTable: null,
    former: [],
    read: 0,
    rate: null,
    secondsLeft: null,
    ...more,
  };
  return {
    group: group ?? newGroup(),
    name,
    state: signal(state),
    pace: new Pace(),
    keepBoth: false,
    reading: AS_RECOGNISED,
    removesFormer: false,
  };
}

/** Not `randomUUID`: it is missing where the page does not come over TLS. */
const newGroup = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const partOf = (chosen: ChosenFile): Part => ({
  name: chosen.name,
  size: chosen.file.size,
  modified: chosen.file.lastModified,
  chosen,
  uploadId: null,
  sent: 0,
  isSent: false,
});

export function update(item: Item, changes: Partial<ItemState>): void {
  item.state.value = { ...item.state.peek(), ...changes };
}

export function updatePart(item: Item, name: string, changes: Partial<Part>): void {
  const parts = item.state.peek().parts.map((part) => (part.name === name ? { ...part, ...changes } : part));
  update(item, { parts });
}

export function show(added: readonly Item[]): void {
  items.value = [...items.value, ...added];
  hasUploads.value = true;
}

export function forget(those: readonly Item[]): void {
  items.value = items.value.filter((item) => !those.includes(item));
  if (items.value.length === 0 && headless.value.length === 0 && skipped.value.length === 0) hasUploads.value = false;
}

export const isIn = (item: Item): boolean => items.peek().includes(item);
