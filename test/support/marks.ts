/** What readers add to recordings, as tests send it. */
import type { TestApp } from './app.ts';
import { type Answer, call } from './http.ts';

type Server = Pick<TestApp, 'url'>;

const signal = (samples: number): number[] => Array.from({ length: samples }, (_, i) => ((i * 7) % 200) - 100);

/** A recording of four seconds with a calibrated lead, a bare one and a slow one. @returns its id */
export async function fourSeconds(app: Server, token: string, more: object = {}): Promise<string> {
  const leads = [
    { name: 'II', unit: 'mV', gain: 1000, signal: signal(400) },
    { name: 'raw', signal: signal(400) },
    { name: 'slow', samplingRate: 10, unit: 'mmHg', gain: 1, signal: signal(20) },
  ];
  const { json, text } = await call(app, 'POST', '/ecgs?duplicate=allow', {
    token,
    body: { samplingRate: 100, date: '2026-01-15T09:30:00Z', leads, ...more },
  });
  if (typeof json.id !== 'string') throw new Error(`The recording was not stored: ${text}`);
  return json.id;
}

/** An annotation of a MIT file: the ticks since the one before, below 1024, and its code. */
export type MitMark = [ticks: number, code: number];

/** The bytes of a MIT annotation file (annot(5)): two bytes each, the code in the upper six bits, and an end mark. */
export const atr = (marks: readonly MitMark[]): Uint8Array =>
  Uint8Array.from([...marks, [0, 0] as const].flatMap(([ticks, code]) => [ticks & 0xff, (code << 2) | (ticks >> 8)]));

/** Attaches a file in a form. */
export function attach(
  app: Server,
  token: string,
  id: string,
  bytes: Uint8Array,
  {
    name = '100.atr',
    query = '',
    fields = {},
  }: { name?: string; query?: string; fields?: Record<string, string> } = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new Blob([Uint8Array.from(bytes)]), name);
  return call(app, 'POST', `/ecgs/${id}/annotations/files${query}`, { token, body: form });
}

export const annotate = (app: Server, token: string, id: string, body: object): Promise<Answer> =>
  call(app, 'POST', `/ecgs/${id}/annotations`, { token, body });

/** The audit events about a kind of resource: actions, and names of fields. */
export const eventsOf = async (app: Pick<TestApp, 'database'>, resource: string): Promise<object[]> =>
  (await app.database.collection('auditEvents').find({ resource }).sort({ at: 1 }).toArray()).map(
    ({ _id, at: _at, ...event }) => event,
  );

export const codeOf = ({ status, json }: Answer): unknown[] => [status, json?.code];

/** The status, and the first of the faults. */
export const faultOf = ({ status, json }: Answer): unknown[] => [
  status,
  json.errors?.[0]?.path,
  json.errors?.[0]?.message,
];
