/**
 * The viewer in a real Chromium, without a graphics processor: ten seconds of twelve leads from the address to the
 * drawn picture, the cost of drawing, and a day of twelve leads at 500 Hz that is moved and zoomed 200 times.
 */
import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { Random } from '../src/synth/random.ts';
import { LEADS, RATE, SECONDS, writeDay } from './day-files.ts';
import { quantile, report } from './report.ts';
import { uploadRecording } from './send.ts';
import { sized } from './sized.ts';
import { API, CREDENTIALS, type Service, withBench } from './support.ts';

const CHROMIUM =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const OPENINGS = sized(15, 3);
const PAINTINGS = sized(60, 5);
const GESTURES = sized(200, 10);
const FRAMES_PER_GESTURE = 12;
const SEED = 1;

async function logIn(page: Page, { url }: Service): Promise<void> {
  await page.goto(`${url}/recordings`);
  await page.locator('input[type=email]').fill(CREDENTIALS.email);
  await page.locator('input[type=password]').fill(CREDENTIALS.password);
  await page.locator('form button[type=submit]').click();
  await page.locator('header.bar').waitFor();
}

/** Resolves in the page when all that the window needs is loaded and painted; with the time since the navigation. */
const DRAWN = `new Promise((done) => {
  const look = () => {
    const { viewer } = window.leadwire ?? {};
    const scene = viewer?.scene.value;
    const window_ = viewer?.window.value;
    if (!scene || !viewer.waveforms.isComplete(window_.from, window_.to, scene.pixelsPerSecond))
      return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  };
  look();
})`;

/** Milliseconds from the navigation to the drawn picture, again and again. */
async function openings(page: Page, address: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i <= OPENINGS; i++) {
    await page.goto('about:blank');
    await page.goto(address);
    const time = await page.evaluate<number>(DRAWN);
    // The first one fills the caches.
    if (i > 0) times.push(time);
  }
  return times;
}

/** Milliseconds of painting, until the pixels are there. @param kind a whole picture, or one that was moved */
const paintings = (page: Page, kind: 'full' | 'pan'): Promise<number[]> =>
  page.evaluate<number[]>(`(() => {
    const { viewer, paint, painter } = window.leadwire;
    const pen = document.querySelector('.stage canvas.ground').getContext('2d');
    const scene = viewer.scene.value;
    const times = [];
    for (let i = 0; i < ${PAINTINGS}; i++) {
      if ('${kind}' === 'pan') viewer.moveBy((i % 2 === 0 ? 23 : -19) / scene.pixelsPerSecond);
      else viewer.waveforms.revision.value++;
      const begin = performance.now();
      paint();
      pen.getImageData(0, 0, 1, 1);
      if (painter.lastPainting.kind === '${kind}') times.push(performance.now() - begin);
    }
    return times;
  })()`);

/** Moves and zooms with the wheel, some frames each. @returns milliseconds between frames */
async function gestures(page: Page): Promise<number[]> {
  const random = new Random(SEED, 'viewer');
  const times: number[] = [];
  for (let i = 0; i < GESTURES; i++) {
    const zooms = random.uniform() < 0.4;
    const step = Math.round((random.uniform() - 0.5) * (zooms ? 160 : 400));
    times.push(
      ...(await page.evaluate<number[]>(`new Promise((done) => {
        const target = document.querySelector('.stage canvas.overlay');
        const box = target.getBoundingClientRect();
        const times = [];
        let before = 0;
        const frame = (now) => {
          if (before > 0) times.push(now - before);
          before = now;
          if (times.length === ${FRAMES_PER_GESTURE}) return done(times);
          target.dispatchEvent(new WheelEvent('wheel', {
            deltaY: ${step}, ctrlKey: ${zooms}, bubbles: true, cancelable: true,
            clientX: box.left + ${Math.round(random.uniform() * 800)}, clientY: box.top + 100,
          }));
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      })`)),
    );
  }
  return times;
}

/** Megabytes of the page: objects, the document and arrays. */
async function memoryOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const usage = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  return (usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0)) / 1e6;
}

await withBench(async (bench) => {
  if (!CHROMIUM) throw new Error('There is no Chromium. Install one, or name it in CHROMIUM.');
  const service = await bench.startService();
  const { day } = writeDay(bench.folder);
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  bench.own({ stop: async () => browser.close() });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const session = await page.context().newCDPSession(page);

  const short = await fetch(`${service.url}${API}/ecgs`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(tenSeconds()),
  });
  const { id: shortId } = (await short.json()) as { id: string };
  const { id: dayId } = await uploadRecording(service, day);
  console.log(`  uploaded ${SECONDS} s of ${LEADS.length} leads at ${RATE} Hz`);
  await logIn(page, service);

  const opened = await openings(page, `${service.url}/recordings/${shortId}`);
  const full = await paintings(page, 'full');
  await page.goto(`${service.url}/recordings/${dayId}`);
  await page.evaluate(DRAWN);
  const pan = await paintings(page, 'pan');
  const frames = await gestures(page);
  const atOnce = await page.evaluate<number>('window.leadwire.viewer.waveforms.mostAtOnce');
  const memory = await memoryOf(session);
  console.log(`  seed ${SEED}: ${GESTURES} gestures, ${frames.length} frames`);

  const value = { baseline: [], against: 'none', compare: 'value' } as const;
  report('viewer', [
    {
      ...value,
      figure: 16,
      what: '10 s of 12 leads, from the address to the picture',
      ours: opened,
      unit: 'ms',
      target: { atMost: 300 },
    },
    {
      ...value,
      figure: 16,
      what: 'painting the whole picture, p95',
      ours: [quantile(full, 0.95)],
      unit: 'ms',
      target: { atMost: 8 },
    },
    {
      ...value,
      figure: 16,
      what: 'painting a moved picture, p95',
      ours: [quantile(pan, 0.95)],
      unit: 'ms',
      target: { atMost: 4 },
    },
    {
      ...value,
      figure: 16,
      what: 'a frame while a day is moved and zoomed, p95',
      ours: [quantile(frames, 0.95)],
      unit: 'ms',
      target: { atMost: 17 },
    },
    { ...value, figure: 16, what: 'requests at once', ours: [atOnce], unit: 'requests', target: { atMost: 2 } },
    {
      ...value,
      figure: 16,
      what: `memory of the page after ${GESTURES} gestures`,
      ours: [memory],
      unit: 'MB',
      target: { atMost: 100 },
    },
  ]);
});

/** Ten seconds of the first leads of a synthetic ECG, as a client sends them. */
function tenSeconds(): object {
  const random = new Random(SEED, 'viewer');
  return {
    samplingRate: RATE,
    unit: 'mV',
    gain: 1_000,
    leads: LEADS.map((name) => ({
      name,
      signal: Array.from({ length: 10 * RATE }, (_, i) =>
        Math.round((i % RATE < 20 ? 1_000 : 0) + 100 * Math.sin(i / 40) + 20 * random.uniform()),
      ),
    })),
  };
}
