/** The bounds of values in a file, tested at the bound and just beyond it, in every format that has such values. */
import { expect } from 'chai';
import { decodeAecg } from '../../../../src/formats/aecg/decode.ts';
import {
  MAX_GAIN,
  MAX_ID_LENGTH,
  MAX_NOTES_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SAMPLING_RATE,
  MAX_UNIT_LENGTH,
  MAX_ZERO_LEVEL,
  MIN_GAIN,
  MIN_SAMPLING_RATE,
} from '../../../../src/formats/common/bounds.ts';
import { sampleOfText } from '../../../../src/formats/common/numbers.ts';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { edf } from '../../../../src/formats/edf/index.ts';
import { decodeFhir } from '../../../../src/formats/fhir/decode.ts';
import { decodeJson } from '../../../../src/formats/json/decode.ts';
import { type DecodedRecording, type Decoder, FormatError } from '../../../../src/formats/types.ts';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import { decodeFiles, type Files, LIMITS } from '../../../support/formats.ts';
import { absolute, aecgText, lead, series, set } from '../aecg/documents.ts';
import { made } from '../edf/support.ts';

const FEW = { ...LIMITS, maxChannels: 3, maxNameLength: 5 };

/** The values that a file should state; each format states those that it can. */
interface Whole {
  names: string[];
  unit: string;
  id: string;
  notes: string;
  patientId: string;
  patientName: string;
}
type Said = Partial<Whole>;
const USUAL: Whole = { names: ['I'], unit: 'mV', id: '2.999', notes: 'n', patientId: 'p', patientName: 'q' };

const fhirText = ({ names, unit, id, notes, patientId, patientName }: Whole): string =>
  JSON.stringify({
    resourceType: 'Observation',
    identifier: [{ value: id }],
    note: [{ text: notes }],
    subject: { reference: `Patient/${patientId}`, display: patientName },
    component: names.map((text) => ({
      code: { text },
      valueSampledData: { origin: { value: 0, unit }, period: 2, factor: 1, dimensions: 1, data: '1 2' },
    })),
  });
const aecgOf = ({ names, unit, id, notes, patientId, patientName }: Whole): string =>
  aecgText(series(set(absolute(), ...names.map((code) => lead({ code, digits: '1 2', unit })))))
    .replace('id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"', `id root="${id}"`)
    .replace('a note', notes)
    .replace('SUBJ_1', patientId)
    .replace('J &amp; D', patientName);
const jsonText = ({ names, unit, id, notes }: Whole): string =>
  JSON.stringify({ id, notes, leads: names.map((name) => ({ name, unit, signal: [1, 2] })) });
const csvText = ({ names, unit }: Whole): string =>
  [names, names.map(() => unit), names.map(() => 1)].map((row) => `${row.join(',')}\n`).join('');
const wfdbText = ({ names, unit }: Whole): string =>
  [`r ${names.length} 360 1`, ...names.map((name) => `r.dat 16 200/${unit} 16 0 0 0 0 ${name}`)].join('\n');

const one =
  (text: (said: Whole) => string) =>
  (said: Whole): Files => ({ a: Buffer.from(text(said)) });
const WAYS: Record<string, { decode: Decoder; files: (said: Whole) => Files }> = {
  json: { decode: decodeJson, files: one(jsonText) },
  fhir: { decode: decodeFhir, files: one(fhirText) },
  aecg: { decode: decodeAecg, files: one(aecgOf) },
  csv: { decode: decodeCsv, files: one(csvText) },
  wfdb: {
    decode: wfdb.decode!,
    files: (said) => ({ a: Buffer.from(wfdbText(said)), 'r.dat': new Uint8Array(2 * said.names.length) }),
  },
  edf: {
    decode: edf.decode!,
    files: ({ names }) => ({ a: made({ signals: names.map((label) => ({ label, records: [[1, -2]] })) }) }),
  },
};

async function read(format: string, said: Said): Promise<DecodedRecording> {
  const { decode, files } = WAYS[format]!;
  return (await decodeFiles(decode, files({ ...USUAL, ...said }), 'a', 1, FEW))[0]!.recording;
}
const isRefused = async (format: string, said: Said): Promise<boolean> =>
  read(format, said).then(
    () => false,
    (error: unknown) => {
      if (error instanceof FormatError) return true;
      throw error;
    },
  );
const long = (length: number): string => 'x'.repeat(length);

type Scale = Record<'samplingRate' | 'gain' | 'zeroLevel', number>;
const PLAIN: Scale = { samplingRate: 500, gain: 200, zeroLevel: 0 };
/** Values just within the bounds, and just beyond them. */
const EDGES: [keyof Scale, number[], number[]][] = [
  ['samplingRate', [MIN_SAMPLING_RATE, MAX_SAMPLING_RATE], [MIN_SAMPLING_RATE / 2, 2 * MAX_SAMPLING_RATE]],
  ['gain', [MIN_GAIN, MAX_GAIN, -MIN_GAIN, -MAX_GAIN], [MIN_GAIN / 2, 2 * MAX_GAIN, -MIN_GAIN / 2, -2 * MAX_GAIN]],
  ['zeroLevel', [MAX_ZERO_LEVEL, -MAX_ZERO_LEVEL], [2 * MAX_ZERO_LEVEL, -2 * MAX_ZERO_LEVEL]],
];
const decimals = (value: number): string => value.toFixed(13);
/** Formats that state how a channel is measured, with a file of one sample measured in that way. */
const MEASURED: Record<string, { decode: Decoder; file: (scale: Scale) => string }> = {
  json: {
    decode: decodeJson,
    file: ({ samplingRate, gain, zeroLevel }) =>
      JSON.stringify({ samplingRate, leads: [{ name: 'I', unit: 'mV', gain, zeroLevel, signal: [1] }] }),
  },
  wfdb: {
    decode: wfdb.decode!,
    file: ({ samplingRate, gain, zeroLevel }) =>
      `r 1 ${decimals(samplingRate)} 1\nr.dat 16 ${decimals(gain)}(${zeroLevel})/mV 16 0 0 0 0 I`,
  },
  fhir: {
    decode: decodeFhir,
    file: ({ samplingRate, gain, zeroLevel }) =>
      JSON.stringify({
        resourceType: 'Observation',
        component: [
          {
            code: { text: 'I' },
            valueSampledData: {
              origin: { value: -zeroLevel / gain, unit: 'mV' },
              period: 1_000 / samplingRate,
              factor: 1 / gain,
              dimensions: 1,
              data: '1',
            },
          },
        ],
      }),
  },
  aecg: {
    decode: decodeAecg,
    file: ({ samplingRate, gain, zeroLevel }) =>
      aecgText(
        series(
          set(
            absolute(decimals(1 / samplingRate)),
            lead({
              code: 'I',
              digits: '1',
              origin: String(-zeroLevel / gain),
              scale: String(1 / gain),
              unit: 'mV',
            }),
          ),
        ),
      ),
  },
};

describe('the bounds of values in a file', () => {
  it('let a sample be an integer that is exact as a double, or any number with some hundred digits', () => {
    for (const text of ['9007199254740992', '-9007199254740992', '9007199254740993.0', '1e100', '-1e100']) {
      expect(sampleOfText(text)).to.equal(Number(text));
    }
    for (const text of ['9007199254740993', '-9007199254740993', '+9007199254740994', '1.1e100', '-1.1e100']) {
      expect(sampleOfText(text)).to.be.a('string');
    }
  });

  for (const format of ['json', 'fhir', 'aecg', 'csv', 'wfdb']) {
    it(`let a name be as long as the limit, and no longer: ${format}`, async () => {
      const { channels } = await read(format, { names: [long(FEW.maxNameLength)] });
      expect(channels.map(({ name }) => name)).to.deep.equal([long(FEW.maxNameLength)]);
      expect(await isRefused(format, { names: [long(FEW.maxNameLength + 1)] })).to.equal(true);
    });

    it(`let a unit be as long as the limit, and no longer: ${format}`, async () => {
      expect((await read(format, { unit: long(MAX_UNIT_LENGTH) })).channels[0]!.unit).to.equal(long(MAX_UNIT_LENGTH));
      expect(await isRefused(format, { unit: long(MAX_UNIT_LENGTH + 1) })).to.equal(true);
    });
  }

  for (const format of Object.keys(WAYS)) {
    it(`let there be as many channels as the limit, and no more: ${format}`, async () => {
      const names = Array.from({ length: FEW.maxChannels + 1 }, (_, i) => `c${i}`);
      expect((await read(format, { names: names.slice(1) })).channels).to.have.length(FEW.maxChannels);
      expect(await isRefused(format, { names })).to.equal(true);
    });
  }

  for (const [format, { decode, file }] of Object.entries(MEASURED)) {
    const measured = async (scale: Partial<Scale>): Promise<Scale | null> => {
      const files: Files = { a: Buffer.from(file({ ...PLAIN, ...scale })), 'r.dat': new Uint8Array(2) };
      try {
        const [whole] = await decodeFiles(decode, files, 'a', 1, LIMITS);
        const { samplingRate, gain, zeroLevel } = whole!.recording.channels[0]!;
        return { samplingRate: samplingRate!, gain: gain!, zeroLevel: zeroLevel! };
      } catch (error) {
        if (error instanceof FormatError) return null;
        throw error;
      }
    };
    it(`let a rate, a gain and a zero level reach their bounds, and no more: ${format}`, async () => {
      for (const [field, within, beyond] of EDGES) {
        for (const value of within)
          expect(await measured({ [field]: value })).to.deep.equal({ ...PLAIN, [field]: value });
        for (const value of beyond) expect(await measured({ [field]: value }), `${field} ${value}`).to.equal(null);
      }
    });
  }

  it('let a name or a text in many elements be as long as the limit of held bytes, and no longer: aecg', async () => {
    const limits = { ...LIMITS, maxMetadataBytes: 1_000 };
    const isTaken = async (length: number): Promise<boolean> => {
      // Each piece is short.
      const pieces = Array.from({ length: length / 100 }, () => `<!-- -->${long(100)}`).join('');
      const files = { a: Buffer.from(aecgOf({ ...USUAL, notes: pieces })) };
      return decodeFiles(decodeAecg, files, 'a', 1, limits).then(
        () => true,
        (error: unknown) => {
          expect(error)
            .to.be.instanceOf(FormatError)
            .with.property('message')
            .that.match(/A text is longer than 1,000/);
          return false;
        },
      );
    };
    expect(await isTaken(1_000)).to.equal(true);
    expect(await isTaken(1_100)).to.equal(false);
  });

  // Optional text that is too long is left out with a warning, rather than the whole file refused.
  for (const format of ['fhir', 'aecg']) {
    for (const [what, longest, field, of] of [
      ['id', MAX_ID_LENGTH, 'id', ({ externalId }) => externalId],
      ['text', MAX_NOTES_LENGTH, 'notes', ({ notes }) => notes],
      ['patient', MAX_REFERENCE_LENGTH, 'patientId', ({ subject }) => subject?.patientId],
      ["patient's name", MAX_REFERENCE_LENGTH, 'patientName', ({ subject }) => subject?.patientName],
    ] as [string, number, keyof Said, (recording: DecodedRecording) => string | null | undefined][]) {
      // An id must be an OID in one of the formats.
      const text = (length: number): string => (field === 'id' ? `1.${'7'.repeat(length - 2)}` : long(length));
      it(`keep the ${what} of ${format} up to ${longest} characters, and warn if it is longer`, async () => {
        const kept = await read(format, { [field]: text(longest) });
        expect([of(kept), kept.warnings]).to.deep.equal([text(longest), []]);
        const left = await read(format, { [field]: text(longest + 1) });
        expect([of(left), left.warnings.length]).to.deep.equal([null, 1]);
      });
    }
  }
});
