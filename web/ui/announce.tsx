/** Short messages that come and go at the edge of the page, and texts for screen readers only. */
import { signal } from '@preact/signals';
import { texts } from '../text/index.ts';
import type { NoticeKind } from './notice.tsx';

interface Message {
  id: number;
  text: string;
  kind: NoticeKind;
}

const messages = signal<readonly Message[]>([]);
const spoken = signal('');
let nextId = 1;

/** How long messages stay, in milliseconds. Errors and warnings stay until they are closed. */
const STAYS_MS = 6_000;

/** Shows a message. @returns a function that takes it away */
export function notify(text: string, kind: NoticeKind = 'info'): () => void {
  const id = nextId++;
  messages.value = [...messages.value.filter((message) => message.text !== text), { id, text, kind }];
  const close = (): void => dismiss(id);
  if (kind === 'info' || kind === 'good') setTimeout(close, STAYS_MS);
  return close;
}

/** Lets a screen reader say something that is visible anyway. */
export function announce(text: string): void {
  spoken.value = text;
}

function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id);
}

export function Announcements() {
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite">
        {spoken.value}
      </div>
      <div class="toasts" role="log" aria-live="polite">
        {messages.value.map(({ id, text, kind }) => (
          <div key={id} class={`notice ${kind}`}>
            <span>{text}</span>
            <button type="button" class="plain" aria-label={texts.value.close} onClick={() => dismiss(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    </>
  );
}
