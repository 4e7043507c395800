/** Sends the files of all items, two at a time, and makes recordings of them. Goes on by itself after an outage. */
import { effect } from '@preact/signals';
import { API } from '../../api/paths.ts';
import { renewSession } from '../../session/renew.ts';
import { session } from '../../session/session.ts';
import { choose } from './choose.ts';
import {
  activeCount,
  FINISHED,
  forget,
  headless,
  isIn,
  type Item,
  items,
  type Part,
  show,
  skipped,
  update,
  updatePart,
} from './items.ts';
import { hold, release } from './held.ts';
import { makeItem } from './making.ts';
import type { ChosenFile } from './presence.ts';
import { isPassing, refusalOf } from './refusal.ts';
import type { send as sendFile } from './send.ts';

/** Files that are sent at the same time. */
const PARALLEL = 2;
/** Recordings that are made at the same time. */
const PARALLEL_MAKING = 2;
/** Items that may be complete before a recording is made of them: the service keeps only so many bytes for later. */
const AHEAD = 6;
/** Milliseconds until a file is tried again, by the number of failures in a row. */
const DELAYS_MS = [1_000, 2_000, 5_000, 10_000];
/** Milliseconds between two reports of the progress. */
const REPORT_MS = 200;

/** What stops the files that are being sent, by item and name. */
const running = new Map<string, { item: Item; stop: () => void }>();
const making = new Set<Item>();
const failures = new WeakMap<Item, number>();

const keyOf = (item: Item, part: Part): string => `${item.group}/${part.name}`;

/** Adds files, or continues with them what is not finished. */
export async function addFiles(files: readonly ChosenFile[]): Promise<void> {
  const added = await choose(files);
  for (const item of added) hold(item.group);
  show(added);
  pump();
}

/** Starts whatever may start now. */
export function pump(): void {
  if (!session.peek()) return;
  for (const item of items.peek()) {
    const { phase, parts } = item.state.peek();
    if (phase === 'making' && !making.has(item) && making.size < PARALLEL_MAKING) void startMaking(item);
    if (phase !== 'waiting' && phase !== 'sending') continue;
    if (phase === 'waiting' && waitingToBeMade() >= AHEAD) continue;
    for (const part of parts)
      if (running.size < PARALLEL && !part.isSent && !running.has(keyOf(item, part))) void startSending(item, part);
  }
}

const waitingToBeMade = (): number => items.peek().filter(({ state }) => state.peek().phase === 'making').length;

async function startSending(item: Item, part: Part): Promise<void> {
  const key = keyOf(item, part);
  const file = part.chosen?.file;
  if (!file) return update(item, { phase: 'lost' });
  let isStopped = false;
  running.set(key, { item, stop: () => (isStopped = true) });
  update(item, { phase: 'sending' });
  let send: typeof sendFile;
  try {
    ({ send } = await import('./send.ts'));
  } catch {
    // Not loaded: the line is down.
    running.delete(key);
    return tryLater(item);
  }
  if (isStopped) return;
  let reportedAt = 0;
  const sending = send({
    file,
    metadata: {
      filename: part.name,
      group: item.group,
      files: String(item.state.peek().parts.length),
      modified: String(part.modified),
    },
    uploadId: part.uploadId,
    onId: (uploadId) => updatePart(item, part.name, { uploadId }),
    onProgress: (sent) => {
      failures.delete(item);
      const now = performance.now();
      if (now - reportedAt < REPORT_MS && sent < part.size) return;
      reportedAt = now;
      report(item, part.name, sent);
    },
  });
  running.set(key, {
    item,
    stop: () => {
      isStopped = true;
      sending.stop();
    },
  });
  const fault = await sending.done;
  if (isStopped) return;
  running.delete(key);
  // The access cookie is short-lived. If the session itself has ended, the log-in page follows, and then the upload.
  if (fault?.status === 401) await renewSession().catch(() => false);
  if (fault === null) markSent(item, part);
  // 409: the service has other bytes than this page knew of, and is asked again.
  else if (fault.status === 409 || isPassing(fault.status)) tryLater(item);
  else refuse(item, refusalOf(fault));
  pump();
}

function report(item: Item, name: string, sent: number): void {
  updatePart(item, name, { sent });
  const { parts } = item.state.peek();
  const all = parts.reduce((sum, part) => sum + part.size, 0);
  const done = parts.reduce((sum, part) => sum + (part.isSent ? part.size : part.sent), 0);
  item.pace.note(done, performance.now());
  update(item, { rate: item.pace.rate, secondsLeft: item.pace.secondsFor(all - done) });
}

function markSent(item: Item, part: Part): void {
  updatePart(item, part.name, { sent: part.size, isSent: true });
  if (item.state.peek().parts.every(({ isSent }) => isSent)) update(item, { phase: 'making', rate: null, read: 0 });
}

async function startMaking(item: Item): Promise<void> {
  making.add(item);
  const outcome = await makeItem(item);
  making.delete(item);
  if (!isIn(item)) return;
  if (outcome === 'passing') tryLater(item);
  else failures.delete(item);
  // No later attempt would make an ECG of it: it is not taken up again when the page is read anew.
  if (item.state.peek().refusal?.code === 'format-unknown') removeBytes(item);
  if (FINISHED.has(item.state.peek().phase)) release(item.group);
  pump();
}

/** Nothing is lost: it goes on where it was, by itself. */
function tryLater(item: Item): void {
  stopItem(item);
  const count = failures.get(item) ?? 0;
  failures.set(item, count + 1);
  update(item, { phase: 'offline', rate: null, secondsLeft: null });
  setTimeout(() => goOn(item), DELAYS_MS[Math.min(count, DELAYS_MS.length - 1)]);
}

function goOn(item: Item): void {
  if (!isIn(item) || item.state.peek().phase !== 'offline' || !session.peek()) return;
  start(item);
}

/** Whatever comes next for the item. */
function start(item: Item): void {
  item.pace.restart();
  const isComplete = item.state.peek().parts.every(({ isSent }) => isSent);
  update(item, { phase: isComplete ? 'making' : 'waiting', refusal: null });
  pump();
}

function refuse(item: Item, refusal: ReturnType<typeof refusalOf>): void {
  stopItem(item);
  update(item, { phase: 'refused', refusal, rate: null, secondsLeft: null });
  release(item.group);
}

function stopItem(item: Item): void {
  for (const [key, one] of running) {
    if (one.item !== item) continue;
    running.delete(key);
    one.stop();
  }
}

/** Stops until it is resumed. What the service is doing already is not stopped. */
export function pause(item: Item): void {
  if (!['waiting', 'sending', 'offline'].includes(item.state.peek().phase)) return;
  stopItem(item);
  update(item, { phase: 'paused', rate: null, secondsLeft: null });
  pump();
}

export function resume(item: Item): void {
  if (item.state.peek().phase === 'paused') start(item);
}

/** Tries again what was refused. @param keepBoth keeps equal content beside the present recording */
export function retry(item: Item, keepBoth = false): void {
  item.keepBoth = keepBoth;
  hold(item.group);
  start(item);
}

/** Gives it up: the service forgets the bytes. Recordings that were made of it are kept. */
export function cancel(item: Item): void {
  stopItem(item);
  forget([item]);
  release(item.group);
  const { phase } = item.state.peek();
  if (phase === 'done' || phase === 'known') return;
  removeBytes(item);
  pump();
}

/** The service forgets what it has of the files. */
function removeBytes(item: Item): void {
  for (const { uploadId } of item.state.peek().parts)
    if (uploadId !== null)
      // If that fails, the service forgets them by itself after a while.
      fetch(`${API}/uploads/${uploadId}`, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).catch(
        () => undefined,
      );
}

/** Takes away what is over: what was refused is given up. */
export function clearFinished(): void {
  skipped.value = [];
  for (const item of items.peek()) if (FINISHED.has(item.state.peek().phase)) cancel(item);
}

let userId = session.peek()?.user.id ?? null;

effect(() => {
  const current = session.value;
  if (!current) {
    // Without a session nothing is sent; it goes on after the log-in.
    for (const { item } of running.values()) {
      stopItem(item);
      update(item, { phase: 'offline', rate: null, secondsLeft: null });
    }
    return;
  }
  if (userId !== null && userId !== current.user.id) {
    headless.value = [];
    skipped.value = [];
    forget(items.peek());
  }
  userId = current.user.id;
  for (const item of items.peek()) goOn(item);
});

addEventListener('online', () => {
  for (const item of items.peek()) goOn(item);
});

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

effect(() => {
  if (activeCount.value > 0) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
});
