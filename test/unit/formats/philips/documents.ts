/** Builds Philips documents. */
import { decodePhilips } from '../../../../src/formats/philips/decode.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';
import { uniform } from '../../../support/signals.ts';
import { restsOf, xliOf } from './xli-writer.ts';

export const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type Values = Readonly<Record<string, string | number | null>>;

const attributesOf = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${value}"`))
    .join('');

/** Twelve leads of a random signal, whose limb leads are as Einthoven says, within rounding. Seeded. */
export function twelveLeads(samples: number, seed = 1): number[][] {
  const random = uniform(seed);
  const walk = (): number[] => {
    let level = 0;
    return Array.from({ length: samples }, () => (level = Math.round(0.98 * level + 200 * (random() - 0.5)) + 0));
  };
  const [i, ii] = [walk(), walk()];
  const limb = i.map((one, at) => {
    const other = ii[at]!;
    const rounding = Math.floor(3 * random()) - 1;
    const iii = other - one + rounding;
    return [one, other, iii, 0 - ((one + other) >> 1), (one - iii) >> 1, ((other + iii) >> 1) + rounding];
  });
  return [...[0, 1, 2, 3, 4, 5].map((lead) => limb.map((all) => all[lead]!)), ...NAMES.slice(6).map(walk)];
}

/** The last second of a real file: the rest of the signal, a pause, and 1 mV for 200 ms. */
export function withCalibration(leads: readonly number[][], rate: number, height = 200): number[][] {
  return leads.map((lead) => [
    ...lead,
    ...Array.from({ length: rate }, (_, at) => {
      if (at < rate / 2) return lead[at]!;
      return at >= 0.7 * rate && at < 0.9 * rate ? height : 0;
    }),
  ]);
}

export const compressed = (leads: readonly (readonly number[])[]): Buffer =>
  Buffer.concat(restsOf(leads).map((lead) => xliOf(lead)));
export const plain = (leads: readonly (readonly number[])[]): Buffer =>
  Buffer.concat(leads.map((lead) => Buffer.from(Int16Array.from(lead).buffer)));

/** The attributes of version 1.04. */
export const attributes104 = (samples: number, rate = 500): Values => ({
  dataencoding: 'Base64',
  compression: 'XLI',
  numberofleads: 12,
  leadlabels: NAMES.join(' '),
  durationperchannel: (1000 * samples) / rate,
  samplespersecond: rate,
  resolution: 5,
  signaloffset: 0,
  signalsigned: 'True',
  bitspersample: 16,
});
/** The attributes of version 1.03; the rest is in the acquisition. */
export const attributes103 = (samples: number, rate = 500): Values => ({
  compressflag: 'True',
  compressmethod: 'XLI',
  dataencoding: 'Base64',
  durationperchannel: (1000 * samples) / rate,
  nbitspersample: 16,
});

export const waveformsOf = (bytes: Uint8Array, attributes: Values): string =>
  `<parsedwaveforms${attributesOf(attributes)}>${Buffer.from(bytes).toString('base64')}</parsedwaveforms>`;
export const beatsOf = (beats: Readonly<Record<string, readonly number[]>>, attributes: Values): string =>
  `<repbeats${attributesOf({ dataencoding: 'Base64', ...attributes })}>${Object.entries(beats)
    .map(([name, samples]) => {
      const base64 = plain([samples]).toString('base64');
      const waveform = `<waveform duration="${samples.length}">${base64}</waveform>`;
      return `<repbeat leadname="${name}"><pdur>76</pdur>${waveform}</repbeat>`;
    })
    .join('\n')}</repbeats>`;

export const SIGNAL_103: Values = {
  samplingrate: 500,
  signalresolution: 5,
  acquisitiontype: 'STD-12',
  bitspersample: 16,
  signaloffset: 0,
  signalsigned: 'True',
  numberchannelsallocated: 12,
};

export interface About {
  version?: string;
  type?: string;
  declaration?: string;
  signal?: Values;
  patient?: string;
  interpretation?: string;
  date?: string;
  time?: string;
  name?: string;
}

export function philipsText(waveforms: string, about: About = {}): string {
  const { version = '1.04', type = 'PhilipsECG', declaration = '<?xml version="1.0" encoding="UTF-8"?>' } = about;
  const { signal = SIGNAL_103, patient = '', interpretation = '', date = '2011-12-01', time = '07:27:34' } = about;
  const { name = '03d494f2-94f2-13d4-857f-00095c028bdc.xml' } = about;
  const fields = Object.entries(signal).map(([field, value]) => `<${field}>${value}</${field}>`);
  return `${declaration}
<restingecgdata xmlns="http://www3.medical.philips.com" status="New" lang="en">
<documentinfo><documentname>${name}</documentname><documenttype>${type}</documenttype>
<documentversion>${version}</documentversion></documentinfo>
<dataacquisition date="${date}" time="${time}"><signalcharacteristics>${fields.join('')}</signalcharacteristics>
</dataacquisition>
<patient><generalpatientdata>${patient}</generalpatientdata></patient>
<interpretations>${interpretation}</interpretations>
<waveforms>${waveforms}</waveforms>
</restingecgdata>`;
}

export const read = async (text: string | Uint8Array, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(decodePhilips, { a: Buffer.from(text) }, 'a', seed);
export const digitsOf = ({ digits }: DecodedWhole): number[][] => digits.map((lead) => [...lead]);
