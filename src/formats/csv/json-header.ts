/** Headers in JSON behind a `#`: those of OpenSignals, and objects with the usual keys. */
import { quoted } from '../common/messages.ts';
import { stated, type Facts } from './facts.ts';

/** The digital lines of an OpenSignals device: inputs and outputs. */
const DIGITAL = /^[IO]\d+$/;
/** Entries that a warning names. */
const MAX_NAMED = 5;

type Entries = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : [];

/** @returns whether the text is an object in JSON whose facts were taken */
export function takeJson(text: string, facts: Facts): boolean {
  const value = parsed(text);
  if (!isObject(value)) return false;
  const inner = Object.entries(value).filter((entry): entry is [string, Entries] => isObject(entry[1]));
  const devices = inner.filter(([, device]) => 'column' in device);
  if ('column' in value) takeDevice(value, facts, false);
  else if (devices.length > 0) for (const [, device] of devices) takeDevice(device, facts, devices.length > 1);
  else return takeKeys(value, facts);
  return true;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The columns of one device; its digits are those of its converter, so they have no unit. */
function takeDevice(device: Entries, facts: Facts, isOneOfSeveral: boolean): void {
  const columns = texts(device['column']);
  const sensors = texts(device['sensor']);
  const analog = columns.filter((column) => !isOpenSignalsExtra(column));
  for (const [number, sensor] of sensors.entries())
    if (sensor !== 'RAW' && sensors.length === analog.length)
      facts.take({ key: analog[number] as string, fact: 'remark', value: sensor, cells: [] });
  facts.columns = [...facts.columns, ...columns];
  for (const key of ['sampling rate', 'date', 'time', 'comments'] as const) {
    const value = device[key];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text === '') continue;
    const found = stated(key, text, [text]);
    if (found === null || !facts.take(found))
      facts.warnings.add(`The entry ${JSON.stringify(key)} of the header in JSON was not understood.`);
  }
  const device_ = device['device name'];
  if (isOneOfSeveral && typeof device_ === 'string')
    facts.take({ key: 'device', fact: 'remark', value: device_, cells: [] });
}

/** Whether a column of OpenSignals is not a signal: its counter, or a digital line. */
export const isOpenSignalsExtra = (column: string): boolean => /^nseq$/i.test(column) || DIGITAL.test(column);

/** An object with keys such as `fs`, `unit` and `leads`. */
function takeKeys(value: Entries, facts: Facts): boolean {
  const strange: string[] = [];
  let taken = false;
  for (const [key, entry] of Object.entries(value)) {
    const cells = Array.isArray(entry) ? texts(entry) : [String(entry)];
    const found = typeof entry === 'object' && !Array.isArray(entry) ? null : stated(key, cells.join(', '), cells);
    if (found !== null && cells.length > 0 && facts.take(found)) taken = true;
    else strange.push(key);
  }
  if (taken && strange.length > 0)
    facts.warnings.add(
      `Entries of the header in JSON were not understood: ${strange.slice(0, MAX_NAMED).map(quoted).join(', ')}` +
        `${strange.length > MAX_NAMED ? ' and others' : ''}. What matters there can be given with the parameters.`,
    );
  return taken;
}
