/** Builds GE MUSE documents. */
import { crc32 } from 'node:zlib';
import { decodeMuse } from '../../../../src/formats/muse/decode.ts';
import { type DecodedWhole, decodeFiles } from '../../../support/formats.ts';

export const bytesOf = (samples: readonly number[]): Buffer => Buffer.from(Int16Array.from(samples).buffer);

/** Fields in the order of real files. Null leaves a field out. */
const fieldsOf = (fields: Readonly<Record<string, string | number | null>>): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`))
    .join('\n');

export const leadOf = (
  name: string,
  samples: readonly number[],
  fields: Readonly<Record<string, string | number | null>> = {},
): string =>
  `<LeadData>${fieldsOf({
    LeadByteCountTotal: 2 * samples.length,
    LeadTimeOffset: 0,
    LeadSampleCountTotal: samples.length,
    LeadAmplitudeUnitsPerBit: '4.88',
    LeadAmplitudeUnits: 'MICROVOLTS',
    LeadID: name,
    LeadOffsetFirstSample: 0,
    FirstSampleBaseline: 0,
    LeadSampleSize: 2,
    LeadOff: 'FALSE',
    LeadDataCRC32: crc32(bytesOf(samples)),
    WaveFormData: bytesOf(samples).toString('base64'),
    ...fields,
  })}</LeadData>`;

export const waveformOf = (
  type: string,
  leads: readonly string[],
  fields: Readonly<Record<string, string | number | null>> = {},
): string =>
  `<Waveform>${fieldsOf({
    WaveformType: type,
    WaveformStartTime: 0,
    NumberofLeads: leads.length,
    SampleType: 'CONTINUOUS_SAMPLES',
    SampleBase: 500,
    SampleExponent: 0,
    ...fields,
  })}${leads.join('\n')}</Waveform>`;

export const PATIENT = `<PatientDemographics><PatientID>P-1</PatientID><DateofBirth>03-15-1985</DateofBirth>
<Gender>FEMALE</Gender><PatientLastName>Example</PatientLastName><PatientFirstName>Ana</PatientFirstName>
</PatientDemographics>`;
export const TEST = `<TestDemographics><AcquisitionTime>09:15:11</AcquisitionTime>
<AcquisitionDate>08-17-2025</AcquisitionDate></TestDemographics>`;
export const statement = (text: string, endsLine = true): string =>
  `<DiagnosisStatement>${endsLine ? '<StmtFlag>ENDSLINE</StmtFlag>' : ''}<StmtText>${text}</StmtText>` +
  '</DiagnosisStatement>';
export const marksOf = (...times: readonly (number | string)[]): string =>
  `<QRSTimesTypes>${times
    .map((time, number) => `<QRS><Number>${number + 1}</Number><Type>0</Type><Time>${time}</Time></QRS>`)
    .join('')}<GlobalRR>800</GlobalRR></QRSTimesTypes>`;

export const DECLARATION = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n';
export const museText = (content: string, declaration = DECLARATION): string =>
  `${declaration}<RestingECG>${content}</RestingECG>\n`;

/** Median and rhythm, as real files have them. */
export const WHOLE = museText(
  [
    PATIENT,
    TEST,
    `<Diagnosis><Modality>RESTING</Modality>${statement('Sinus rhythm')}`,
    `${statement('Normal', false)}${statement('ECG')}</Diagnosis>`,
    marksOf(2, 6),
    waveformOf('Median', [leadOf('I', [1, -2, 3]), leadOf('II', [4, 5, 6])]),
    waveformOf('Rhythm', [leadOf('I', [10, -20, 30, 300, -32768]), leadOf('II', [1, 2, 3, 4, 5])]),
  ].join('\n'),
);

export const read = async (text: string | Uint8Array, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(decodeMuse, { a: typeof text === 'string' ? Buffer.from(text, 'latin1') : text }, 'a', seed);
