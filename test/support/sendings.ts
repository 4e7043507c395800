/** Uploads with known samples, sent and read back. */
import { dicom } from '../../src/formats/dicom/index.ts';
import { encodeWfdb } from '../../src/formats/wfdb/encode.ts';
import { lasting } from './eventually.ts';
import { encodeFiles, writable } from './formats.ts';
import { type Answer, call } from './http.ts';
import { multipart } from './multipart.ts';
import { uniform } from './signals.ts';

/** How often, and after which pause, a request is repeated that is refused because too many others are in progress. */
const MAX_TURNS = 200;
const TURN_MS = 50;

/** Stored values by channel name. */
export type Signals = Readonly<Record<string, readonly number[]>>;

export interface Sending {
  raw: Uint8Array;
  headers: Record<string, string>;
  signals: Signals;
  /** In all of its recordings. */
  annotations: number;
}

/** Documents of the directory, by id. */
export interface About {
  patient?: string;
  study?: string;
}

/** Random 16-bit integers from a seed. @param lengths samples by channel */
export function signalsOf(seed: number, lengths: Readonly<Record<string, number>>): Signals {
  const random = uniform(seed);
  const signal = (length: number): number[] => Array.from({ length }, () => Math.floor(random() * 4_000) - 2_000);
  return Object.fromEntries(Object.entries(lengths).map(([name, length]) => [name, signal(length)]));
}

export function jsonSending(id: string, signals: Signals, about: About = {}): Sending {
  const leads = Object.entries(signals).map(([name, signal]) => ({ name, signal }));
  const raw = Buffer.from(JSON.stringify({ id, samplingRate: 500, ...about, leads }));
  return { raw, headers: { 'Content-Type': 'application/json' }, signals, annotations: 0 };
}

/** A WFDB record of three files. */
export async function wfdbSending(
  id: string,
  signals: Signals,
  annotations: number,
  about: About = {},
): Promise<Sending> {
  const channels = Object.entries(signals).map(([name, values]) => ({ name, values }));
  const mark = { duration: null, channel: null, code: 'N', text: null };
  const marks = Array.from({ length: annotations }, (_, i) => ({ ...mark, at: i / 100 }));
  const files = await encodeFiles(encodeWfdb, writable(channels, { annotations: marks }));
  return filesSending(id, files, signals, annotations, about);
}

/** A DICOM file with one recording per channel, since their rates differ. */
export async function dicomSending(id: string, signals: Signals, about: About = {}): Promise<Sending> {
  if (!dicom.encode) throw new Error('DICOM has no encoder');
  const channels = Object.entries(signals).map(([name, values], i) => ({ name, values, samplingRate: 250 * (i + 1) }));
  const files = await encodeFiles(dicom.encode, writable(channels, { date: '2026-01-15T09:30:00Z' }));
  return filesSending(id, files, signals, 0, about);
}

function filesSending(
  id: string,
  files: Readonly<Record<string, Uint8Array>>,
  signals: Signals,
  annotations: number,
  about: About,
): Sending {
  const fields = Object.entries({ id, ...about }).map(([field, value]) => ({ field, value }));
  const parts = [...fields, ...Object.entries(files).map(([file, bytes]) => ({ file, bytes }))];
  return { ...multipart(parts), signals, annotations };
}

export const send = (app: { url: string }, token: string, { raw, headers }: Sending): Promise<Answer> =>
  call(app, 'POST', '/ecgs', { token, raw, headers });

/** The compared parts of a recording. */
interface Received {
  id: string;
  annotations: number;
  channels: readonly { name: string }[];
}

/** The ids of the recordings in an answer to an upload, the first one first. */
export const idsOf = ({ json }: Answer): string[] => {
  const { id, siblings } = json as { id: string; siblings: { id: string }[] };
  return [id, ...siblings.map((sibling) => sibling.id)];
};

/** Reads the recordings of an answer to an upload, the first one first. */
export const readEach = async (app: { url: string }, token: string, answer: Answer): Promise<Answer['json'][]> =>
  Promise.all(idsOf(answer).map(async (id) => (await call(app, 'GET', `/ecgs/${id}`, { token })).json));

const TYPES = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** Reads the recordings of an upload back and returns the differences from what was sent. */
export async function differences(
  app: { url: string },
  token: string,
  ids: readonly string[],
  sending: Pick<Sending, 'signals' | 'annotations'>,
): Promise<string[]> {
  const found: string[] = [];
  const recordings: Received[] = [];
  for (const id of ids) {
    const { status, json } = await inTurn(() => call(app, 'GET', `/ecgs/${id}`, { token }));
    if (status === 200) recordings.push(json);
    else found.push(`the recording ${id} answers ${status}`);
  }
  const names = recordings.flatMap(({ channels }) => channels.map(({ name }) => name));
  const expected = Object.keys(sending.signals).toSorted().join();
  if (names.toSorted().join() !== expected) found.push(`the channels are ${names.join()}`);
  const annotations = recordings.reduce((sum, recording) => sum + recording.annotations, 0);
  if (annotations !== sending.annotations) found.push(`there are ${annotations} annotations`);
  for (const { id, channels } of recordings) {
    for (const { name } of channels) {
      const path = `/ecgs/${id}/channels/${encodeURIComponent(name)}/samples`;
      const options = { token, accept: 'application/octet-stream' };
      const { status, headers, bytes } = await inTurn(() => call(app, 'GET', path, options));
      const type = headers.get('sample-type') as keyof typeof TYPES | null;
      if (status !== 200 || type === null) found.push(`the samples of ${name} answer ${status}`);
      else if (!isEqual(new TYPES[type](bytes), sending.signals[name] ?? [])) {
        found.push(`the samples of ${name} are others`);
      }
    }
  }
  return found;
}

/** Repeats a request while it is refused because too many answers to the same user are in progress. */
async function inTurn(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.status !== 429 || tries === MAX_TURNS) return answer;
    await lasting(TURN_MS);
  }
}

function isEqual(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
