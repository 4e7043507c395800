#!/usr/bin/env -S node --import=tsx
/**
 * Playwright starts this instead of Firefox. It starts Firefox, and stands between the two, for Playwright needs two
 * things that the Firefox of Debian does not have yet: a command that sets the colours that a page should prefer, which
 * is answered here and changes nothing, and the ids of downloads. Everything else passes unchanged. FIREFOX is the path
 * of the browser.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type RawData, type WebSocket, WebSocketServer, WebSocket as Client } from 'ws';

const UNKNOWN_TO_FIREFOX = 'emulation.setMediaFeaturesOverride';
const DOWNLOAD = /"method":"browsingContext\.download(?:WillBegin|End)"/;
const ANNOUNCED = /WebDriver BiDi listening on (ws:\/\/\S+)/;

const firefox = spawn(process.env['FIREFOX'] ?? 'firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
firefox.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => firefox.kill(signal));

createInterface(firefox.stderr).on('line', (line) => {
  const address = ANNOUNCED.exec(line)?.[1];
  if (address) listen(address);
  else process.stderr.write(`${line}\n`);
});

function listen(address: string): void {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
    const { port } = server.address() as { port: number };
    process.stderr.write(`WebDriver BiDi listening on ws://127.0.0.1:${port}\n`);
  });
  server.on('connection', (playwright) => connect(playwright, new Client(`${address}/session`)));
}

function connect(playwright: WebSocket, browser: Client): void {
  const early: string[] = [];
  const send = (text: string): void => {
    if (browser.readyState === Client.OPEN) browser.send(text);
    else early.push(text);
  };
  browser.on('open', () => early.splice(0).forEach(send));
  browser.on('message', (data) => playwright.send(withDownloadId(textOf(data))));
  playwright.on('message', (data) => {
    const text = textOf(data);
    const { id, method } = JSON.parse(text) as { id: number; method: string };
    if (method === UNKNOWN_TO_FIREFOX) playwright.send(JSON.stringify({ type: 'success', id, result: {} }));
    else send(text);
  });
  browser.on('close', () => playwright.close());
  playwright.on('close', () => browser.close());
}

/** The address of what is downloaded serves as the id. */
function withDownloadId(text: string): string {
  if (!DOWNLOAD.test(text)) return text;
  const event = JSON.parse(text) as { params: { download?: string; url: string } };
  event.params.download ??= event.params.url;
  return JSON.stringify(event);
}

const textOf = (data: RawData): string => (data as Buffer).toString('utf8');
