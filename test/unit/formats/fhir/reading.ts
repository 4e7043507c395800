/** Builds FHIR observations, and reads them. */
import { decodeFhir } from '../../../../src/formats/fhir/decode.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';

export const SEED = 20260115;
export const MDC = 'urn:iso:std:iso:11073:10101';
export type Members = Record<string, unknown>;
export const data = (members: Members = {}): Members => ({
  origin: { value: 0, unit: 'mV' },
  period: 2,
  factor: 0.005,
  dimensions: 1,
  data: '1 -2 3',
  ...members,
});
export const component = (code: string, members: Members = {}): Members => ({
  code: { coding: [{ system: MDC, code }] },
  valueSampledData: data(members),
});
export const observation = (members: Members = {}): Members => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'ECG' },
  component: [component('131329'), component('131390', { data: '4 5' })],
  ...members,
});
export const readAll = async (document: Members | string, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(
    decodeFhir,
    { a: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)) },
    'a',
    seed,
  );
export const read = async (document: Members | string, seed = 1): Promise<DecodedWhole> =>
  (await readAll(document, seed))[0]!;
export const digits = async (document: Members): Promise<number[][]> =>
  (await read(document)).digits.map((some) => Array.from(some));
export const named = async (...codes: Members[]): Promise<string[]> =>
  (
    await read(observation({ component: codes.map((code) => ({ code, valueSampledData: data() })) }))
  ).recording.channels.map((channel) => channel.name);
export const rate = async (interval: number, intervalUnit: string): Promise<number | null> =>
  (await read(observation({ component: [component('131329', { period: undefined, interval, intervalUnit })] })))
    .recording.channels[0]!.samplingRate;
