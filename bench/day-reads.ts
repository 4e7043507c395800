/** What is read of the day in `day.ts`: exports, crossings with a dead band, waveforms. */
import { Random } from '../src/synth/random.ts';
import { alternate, shown } from './alternate.ts';
import { HttpConnection, requestBytes } from './connection.ts';
import { SAMPLE_BYTES, SECONDS } from './day-files.ts';
import { receive } from './receive.ts';
import { writeSmall } from './recordings.ts';
import { type Figure, median } from './report.ts';
import { upload } from './send.ts';
import { sized } from './sized.ts';
import { API, type Bench, type Service } from './support.ts';
import { OF_TODAY } from './today.ts';

/** A day in a service. */
interface Day {
  service: Service;
  id: string;
}

/** The answer to one request on a connection of its own. */
async function asked({ url, token }: Service, path: string): Promise<Buffer> {
  const connection = await HttpConnection.open(url);
  const request = requestBytes('GET', url, path, token, null);
  const { status, body } = await connection.send(request).finally(() => connection.close());
  if (status !== 200) throw new Error(`${path} was answered with ${status}: ${body.toString().slice(0, 500)}`);
  return body;
}

const FORMATS = ['wfdb', 'edf', 'dicom', 'csv'] as const;
const EXPORTS = sized(2, 1, 5);
/** The earlier version takes minutes for one. */
const EXPORTS_TODAY = sized(1, 1, 3);
const COUNTS = sized(3, 1, 7);
const PICTURE_ROUNDS = sized(3, 1, 5);
/** Per round. */
const PICTURES = sized(60, 3, 100);
const WARM_UP = sized(30, 2);
const PIXELS = 2_000;
/** Seconds of the short recording, and of the windows of the day. */
const WINDOW = 10;

/** Megabytes of samples a second. */
async function exportOf({ service, id }: Day, format: string): Promise<number> {
  // Only DICOM needs a date, which the earlier version to compare with does not know.
  const date = format === 'dicom' ? '&date=2026-01-15' : '';
  const { seconds, bytes } = await receive(service, `${API}/ecgs/${id}/export?format=${format}${date}`);
  console.log(`  export as ${format}: ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`);
  return SAMPLE_BYTES / 1e6 / seconds;
}

export async function exports(ours: Day, today: Day | undefined): Promise<Figure[]> {
  const speeds = new Map<string, number[]>(FORMATS.map((format) => [format, []]));
  const todays: number[] = [];
  for (let round = 0; round < EXPORTS; round++) {
    for (const format of FORMATS) speeds.get(format)?.push(await exportOf(ours, format));
    if (today && round < EXPORTS_TODAY) todays.push(await exportOf(today, 'wfdb'));
  }
  const unit = 'MB/s of samples';
  const wfdb = speeds.get('wfdb') ?? [];
  return [
    ...(todays.length === 0
      ? []
      : [
          {
            figure: 3,
            what: 'export of the day as wfdb',
            ours: wfdb.slice(0, todays.length),
            baseline: todays,
            unit,
            against: OF_TODAY,
            compare: 'ratio',
            target: { atLeast: 15 },
          } as const,
        ]),
    ...FORMATS.map((format): Figure => ({
      figure: 3,
      what: `export of the day as ${format}`,
      ours: speeds.get(format) ?? [],
      baseline: [],
      unit,
      against: 'none',
      compare: 'value',
      target: { atLeast: 100 },
    })),
  ];
}

/** Seconds of counting all crossings of the day with a dead band. */
async function count({ service, id }: Day): Promise<number> {
  const start = performance.now();
  await asked(service, `${API}/ecgs/${id}/insights?deadBand=0.05`);
  return (performance.now() - start) / 1000;
}

export async function deadBand(ours: Day, today: Day): Promise<Figure[]> {
  const times: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  const turns = [async () => times.ours.push(await count(ours)), async () => times.baseline.push(await count(today))];
  for (let round = -1; round < COUNTS; round++) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    console.log(`  dead band: ${times.ours.at(-1)?.toFixed(2)} s, ${OF_TODAY} ${times.baseline.at(-1)?.toFixed(2)} s`);
    // The first round warms up.
    if (round < 0) times.ours.length = times.baseline.length = 0;
  }
  return [
    {
      figure: 4,
      what: 'crossings of the day with a dead band',
      ...times,
      unit: 's',
      against: OF_TODAY,
      compare: 'ratio',
      target: { atMost: 0.5 },
    },
  ];
}

/** The id of the only recording of 10 s in the day's service. */
async function shortRecording(bench: Bench, { service }: Day): Promise<string> {
  const [file = ''] = writeSmall(bench.folder, 1);
  await upload(service, file);
  const body = await asked(service, `${API}/ecgs?limit=1`);
  return (JSON.parse(body.toString()) as { items: { id: string }[] }).items[0]?.id ?? '';
}

const waveformPath = (id: string, window = ''): string => `${API}/ecgs/${id}/waveform?pixels=${PIXELS}${window}`;

export async function waveforms(bench: Bench, ours: Day): Promise<Figure[]> {
  const { service, id } = ours;
  const short = [waveformPath(await shortRecording(bench, ours))];
  const random = new Random(3, 'windows');
  const windows = Array.from({ length: PICTURES }, () => {
    const from = Math.floor(random.uniform() * (SECONDS - WINDOW) * 100) / 100;
    return waveformPath(id, `&from=${from}&to=${from + WINDOW}`);
  });
  const figures: Figure[] = [];
  for (const [accept, form] of [
    ['application/json', 'JSON'],
    ['application/octet-stream', 'binary'],
  ] as const) {
    const lanes = [{ paths: [waveformPath(id)] }, { paths: windows }, { paths: short }].map((lane) => ({
      ...lane,
      service,
      accept,
    }));
    await alternate(lanes, WARM_UP);
    const medians: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < PICTURE_ROUNDS; round++) {
      const taken = await alternate(lanes, PICTURES);
      for (const [lane, { ms }] of taken.entries()) medians[lane]?.push(median(ms));
      const [whole = '', window = '', alone = ''] = taken.map(({ ms }) => shown(ms));
      console.log(
        `  waveforms of ${PIXELS} pixels as ${form}, median / p99: the day ${whole} ms, windows of it ${window} ms, ` +
          `${WINDOW} s alone ${alone} ms`,
      );
    }
    const [whole, window, baseline] = medians;
    const common = {
      figure: 7,
      baseline,
      unit: 'ms',
      against: `a recording of ${WINDOW} s`,
      compare: 'ratio',
    } as const;
    figures.push(
      { ...common, what: `waveform of the day, ${form}`, ours: whole, target: { atMost: 3 } },
      { ...common, what: `waveform of ${WINDOW} s of it, ${form}`, ours: window, target: { atMost: 1.5 } },
    );
  }
  return figures;
}
