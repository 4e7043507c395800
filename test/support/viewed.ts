/** The viewer under test: recordings that it shows, and what is on its canvas. */
import type { Page } from 'playwright-core';
import { call } from './http.ts';
import type { Principal, TestApp } from './app.ts';

export interface Wave {
  samplingRate: number;
  leads: { name: string; signal: readonly (number | null)[] }[];
}

/** Uploads leads in mV with 1,000 stored units per mV. @returns the id of the recording */
export async function uploadWave(test: TestApp, { token }: Principal, wave: Wave): Promise<string> {
  const { json, text, status } = await call(test, 'POST', '/ecgs', {
    token,
    body: { ...wave, unit: 'mV', gain: 1_000 },
  });
  if (status !== 201) throw new Error(`The upload was answered with ${status}: ${text}`);
  return json.id as string;
}

/** Uploads one lead as a WFDB record of 16 bits, which may be long. @returns the id of the recording */
export async function uploadLong(
  test: TestApp,
  { token }: Principal,
  samples: Int16Array<ArrayBuffer>,
  { rate, leads = 1 }: { rate: number; leads?: number },
): Promise<string> {
  const names = ['II', 'I', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'].slice(0, leads);
  const head = [
    `long ${leads} ${rate} ${samples.length / leads}`,
    ...names.map((name) => `long.dat 16 1000/mV 16 0 0 0 0 ${name}`),
  ].join('\n');
  const form = new FormData();
  form.append('files', new Blob([`${head}\n`]), 'long.hea');
  form.append('files', new Blob([samples]), 'long.dat');
  const { json, text, status } = await call(test, 'POST', '/ecgs', { token, body: form });
  if (status !== 201) throw new Error(`The upload was answered with ${status}: ${text}`);
  return json.id as string;
}

/** Waits until an expression is true in the page. The page's policy forbids what Playwright's own function does. */
export const until = (page: Page, condition: string): Promise<void> =>
  page.evaluate<void>(`new Promise((done) => {
    const look = () => ((${condition}) ? done() : requestAnimationFrame(look));
    look();
  })`);

/** Waits until everything that the window and the pages beside it need is loaded and drawn. */
export async function drawn(page: Page): Promise<void> {
  await until(
    page,
    `(() => {
      const { viewer } = window.leadwire ?? {};
      const scene = viewer?.scene.value;
      if (!scene) return false;
      const { from, to } = viewer.window.value;
      return viewer.waveforms.isIdle && viewer.waveforms.isComplete(from, to, scene.pixelsPerSecond);
    })()`,
  );
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** Opens a recording and waits until it is drawn. */
export async function show(page: Page, id: string): Promise<void> {
  await page.goto(`/recordings/${id}`);
  await drawn(page);
}

/** Evaluates an expression in which `viewer` and `scene` are those of the page. */
export const ofViewer = <Value>(page: Page, expression: string): Promise<Value> =>
  page.evaluate<Value>(`(() => {
    const { viewer, painter } = window.leadwire;
    const scene = viewer.scene.value;
    return (${expression});
  })()`);

const columnOf = (layer: 'ground' | 'labels' | 'overlay', x: number, top: number, height: number): string => `(() => {
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [1, ${height}];
  const pen = copy.getContext('2d', { willReadFrequently: true });
  const canvas = document.querySelector('.stage canvas.${layer}');
  pen.drawImage(canvas, ${Math.round(x)}, ${top}, 1, ${height}, 0, 0, 1, ${height});
  const { data } = pen.getImageData(0, 0, 1, ${height});
  return Array.from({ length: ${height} }, (_, y) => [...data.subarray(4 * y, 4 * y + 4)]);
})()`;

export interface PlacedStrip {
  label: string;
  x: number;
  y: number;
  top: number;
  bottom: number;
  width: number;
  height: number;
  rowBottom: number;
}

/** The strip of a lead. */
export const stripOf = (page: Page, label: string): Promise<PlacedStrip> =>
  ofViewer(page, `scene.strips.find(({ label }) => label === '${label}')`);

/** The colours of a column of a canvas, as [red, green, blue, alpha] by row. */
export const coloursAt = (
  page: Page,
  layer: 'ground' | 'labels' | 'overlay',
  x: number,
  top: number,
  height: number,
): Promise<number[][]> => page.evaluate<number[][]>(columnOf(layer, x, top, height));

/** The colour of a pixel of a canvas, in device pixels. */
export const colourAt = async (
  page: Page,
  layer: 'ground' | 'labels' | 'overlay',
  x: number,
  y: number,
): Promise<string> => (await coloursAt(page, layer, x, y, 1)).join();

const isDark = ([red, green, blue, alpha]: readonly [number, number, number, number]): boolean =>
  alpha > 100 && red + green + blue < 300;

/** Rows of dark pixels in a column of a canvas, as [first, last]; null if there are none. @param x device pixels */
export async function inkAt(
  page: Page,
  layer: 'ground' | 'labels' | 'overlay',
  x: number,
  [top, bottom]: readonly [number, number],
): Promise<[number, number] | null> {
  const pixels = await page.evaluate<[number, number, number, number][]>(columnOf(layer, x, top, bottom - top));
  const first = pixels.findIndex(isDark);
  return first === -1 ? null : [top + first, top + pixels.findLastIndex(isDark)];
}

/** The colours of the whole lower canvas. */
const COLOURS = `(() => {
  const canvas = document.querySelector('.stage canvas.ground');
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext('2d', { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  return pen.getImageData(0, 0, copy.width, copy.height).data;
})()`;

/** Keeps the picture, to be compared with a later one. */
export const keepPicture = (page: Page): Promise<void> => page.evaluate<void>(`void (window.kept = ${COLOURS})`);

/** The greatest difference of a colour (0 to 255) from the picture that was kept. */
export const differenceFromKept = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const now = ${COLOURS};
    if (now.length !== window.kept.length) return 255;
    return now.reduce((most, value, i) => Math.max(most, Math.abs(value - window.kept[i])), 0);
  })()`);
