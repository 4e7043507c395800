/** Tells of changes to recordings, in all tabs of the browser, so that lists of recordings load again. */
import { signal } from '@preact/signals';
import type { Middleware } from 'openapi-fetch';

/** Grows with every change of a recording or a patient, whose name lists show. */
export const changeCount = signal(0);

let tabs: BroadcastChannel | undefined;

/** Called once by the application: an open channel keeps a process of Node.js, such as a test's, from ending. */
export function listenToTabs(): void {
  tabs = new BroadcastChannel('leadwire-changes');
  tabs.addEventListener('message', () => {
    changeCount.value += 1;
  });
}

/** For the API's client: every change goes through it. */
export const tellsChanges: Middleware = {
  onResponse({ request, response, schemaPath }) {
    if (request.method === 'GET' || !response.ok || !/^\/(?:ecgs|patients)\b/.test(schemaPath)) return;
    changeCount.value += 1;
    tabs?.postMessage(null);
  },
};
