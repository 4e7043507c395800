/** Starts the web application. */
import { render } from 'preact';
import { listenToTabs } from './api/changes.ts';
import { App } from './app.tsx';
import { applyPreferences } from './preferences.ts';
import { resumeSession } from './session/session.ts';
import { loadLanguage } from './text/index.ts';

// The page of a recording is loaded while the session is renewed; a failure shows when the page is.
if (/^\/recordings\/./.test(location.pathname)) import('./viewer/viewer-page.tsx').catch(() => undefined);
// A file that is dropped beside the places for files would be opened by the browser instead of the page.
addEventListener('dragover', (event) => {
  if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
});
addEventListener('drop', (event) => {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
});
applyPreferences();
listenToTabs();
await Promise.all([loadLanguage(), resumeSession()]);
render(<App />, document.querySelector('#app') as HTMLElement);
