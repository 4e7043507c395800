/** FHIR observations with SampledData: what is accepted, what is refused, and what is written. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeFhir } from '../../../../src/formats/fhir/decode.ts';
import { encodeFhir } from '../../../../src/formats/fhir/encode.ts';
import { fhir } from '../../../../src/formats/fhir/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import {
  type DecodedWhole,
  decodeFiles,
  encodeFiles,
  gather,
  LIMITS,
  uploadOf,
  writable,
} from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { channels } from '../csv/support.ts';

const SEED = 20260115;
const MDC = 'urn:iso:std:iso:11073:10101';

type Members = Record<string, unknown>;
const data = (members: Members = {}): Members => ({
  origin: { value: 0, unit: 'mV' },
  period: 2,
  factor: 0.005,
  dimensions: 1,
  data: '1 -2 3',
  ...members,
});
const component = (code: string, members: Members = {}): Members => ({
  code: { coding: [{ system: MDC, code }] },
  valueSampledData: data(members),
});
const observation = (members: Members = {}): Members => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'ECG' },
  component: [component('131329'), component('131390', { data: '4 5' })],
  ...members,
});

const readAll = async (document: Members | string, seed = 1): Promise<DecodedWhole[]> =>
  decodeFiles(
    decodeFhir,
    { a: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)) },
    'a',
    seed,
  );
const read = async (document: Members | string, seed = 1): Promise<DecodedWhole> => (await readAll(document, seed))[0]!;
const digits = async (document: Members): Promise<number[][]> =>
  (await read(document)).digits.map((some) => Array.from(some));

async function refusal(document: Members | string): Promise<FormatError> {
  try {
    await readAll(document);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const named = async (...codes: Members[]): Promise<string[]> =>
  (
    await read(observation({ component: codes.map((code) => ({ code, valueSampledData: data() })) }))
  ).recording.channels.map((channel) => channel.name);
const rate = async (interval: number, intervalUnit: string): Promise<number | null> =>
  (await read(observation({ component: [component('131329', { period: undefined, interval, intervalUnit })] })))
    .recording.channels[0]!.samplingRate;

describe('A FHIR observation', () => {
  it('has a channel for each component with SampledData', async () => {
    const { recording, digits: found } = await read(observation());
    expect(found.map((some) => [...some])).to.deep.equal([
      [1, -2, 3],
      [4, 5],
    ]);
    const channel = { name: 'I', samplingRate: 500, unit: 'mV', gain: 200, zeroLevel: 0 };
    expect(recording).to.deep.equal({
      externalId: null,
      date: null,
      channels: [channel, { ...channel, name: 'aVR' }],
      patient: null,
      study: null,
      notes: null,
      subject: null,
      part: null,
      warnings: [],
    });
  });

  it('may have SampledData as its own value', async () => {
    const { recording } = await read(
      observation({
        component: undefined,
        code: { coding: [{ system: MDC, code: '131330' }] },
        valueSampledData: data(),
      }),
    );
    expect(recording.channels.map((channel) => channel.name)).to.deep.equal(['II']);
  });

  it('keeps the digits, with gain and zero level of value = origin + data · factor', async () => {
    const { recording, digits: found } = await read(
      observation({
        component: [component('131329', { origin: { value: 2, code: 'uV' }, factor: -0.25, data: '-.5 1.25 +7 1e2' })],
      }),
    );
    expect([...found[0]!]).to.deep.equal([-0.5, 1.25, 7, 100]);
    expect(recording.channels[0]).to.deep.include({ unit: 'uV', gain: -4, zeroLevel: 8 });
    const {
      channels: [plain],
    } = (await read(observation({ component: [component('131329', { factor: undefined })] }))).recording;
    expect(plain).to.deep.include({ gain: 1, zeroLevel: 0 });
  });

  it('names channels by their human-readable text, or by the lead of the code', async () => {
    expect(
      await named(
        { text: 'Lead V1' },
        { coding: [{ code: '131389', display: 'something' }] },
        { coding: [{ code: 'x', display: 'MDC_ECG_ELEC_POTL_V2' }] },
        { coding: [{ code: 'MDC_ECG_LEAD_aVF' }] },
        {},
        { text: 'Lead V1' },
      ),
    ).to.deep.equal(['Lead V1', 'III', 'MDC_ECG_ELEC_POTL_V2', 'aVF', 'channel 5', 'Lead V1#2']);
  });

  it('gives id, date, subject and notes', async () => {
    const { recording } = await read(
      observation({
        id: 'server',
        identifier: [{ value: 'E1' }, { value: 'E2' }],
        effectiveDateTime: '2026-01-15T09:30:00+01:00',
        note: [{ text: 'one' }, { text: 'two' }],
        subject: { reference: 'http://host/fhir/Patient/p7', display: 'A B' },
      }),
    );
    expect(recording).to.deep.include({
      externalId: 'E1',
      date: '2026-01-15T09:30:00+01:00',
      notes: 'one\ntwo',
      subject: { patientId: 'p7', patientName: 'A B', birthDate: null, sex: null, studyId: null },
    });
    expect(
      (await read(observation({ id: 'server', effectivePeriod: { start: '2026-01-15' } }))).recording,
    ).to.deep.include({ externalId: 'server', date: '2026-01-15' });
    expect(
      (await read(observation({ subject: { identifier: { value: '77' } } }))).recording.subject?.patientId,
    ).to.equal('77');
    expect((await read(observation({ effectiveDateTime: '2026' }))).recording.warnings).to.deep.equal([
      'The date "2026" is not a complete date and was not kept.',
    ]);
  });

  it('has missing samples at E, L and U, and counts them', async () => {
    const { recording, digits: found } = await read(
      observation({ component: [component('131329', { data: 'E 1 L U U 2 E' })] }),
    );
    expect([...found[0]!]).to.deep.equal([NaN, 1, NaN, NaN, NaN, 2, NaN]);
    expect(recording.warnings).to.deep.equal([
      'Samples of "I" without a value were kept as missing: 2 errors (E), 1 below the lower limit (L), 2 above ' +
        'the upper limit (U).',
    ]);
  });

  it('may have its members in any order and any JSON white space in its data', async () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, some]) => [key, reversed(some)]),
            )
          : value;
    const document = observation({
      component: [component('131329', { origin: { value: 1, unit: 'mV' } }), component('131330')],
    });
    expect(await read(reversed(document) as Members)).to.deep.equal(await read(document));
    expect(await digits(observation({ component: [component('131329', { data: '  1\n2\t3 \r\n ' })] }))).to.deep.equal([
      [1, 2, 3],
    ]);
  });

  it('may have the interval of R5', async () => {
    expect([await rate(2, 'ms'), await rate(0.004, 's'), await rate(500, 'us')]).to.deep.equal([500, 250, 2000]);
  });

  it('reports what was not kept', async () => {
    const { recording } = await read(
      observation({
        status: 'entered-in-error',
        device: { display: 'x' },
        component: [
          { code: {}, valueQuantity: { value: 60 } },
          component('131329'),
          component('131330', { data: undefined }),
        ],
      }),
    );
    expect(recording.warnings).to.deep.equal([
      'The observation is marked as entered in error.',
      'component[2] has a SampledData without data and was not kept.',
      'The key "device" is not known and was not kept.',
      '1 of 3 components have no SampledData and were not kept.',
    ]);
  });

  it('may come in a bundle, one recording each', async () => {
    const found = await readAll({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: { resourceType: 'Patient', id: 'p', name: [{ text: 'x' }] } },
        { resource: observation({ id: 'a' }) },
        { fullUrl: 'x', resource: observation({ id: 'b', component: [component('131330', { data: '9' })] }) },
        { resource: { resourceType: 'Observation', valueQuantity: { value: 1 } } },
      ],
    });
    expect(
      found.map(({ recording, digits: some }) => [recording.externalId, recording.part, some.map((one) => [...one])]),
    ).to.deep.equal([
      [
        'a',
        'observation 1',
        [
          [1, -2, 3],
          [4, 5],
        ],
      ],
      ['b', 'observation 2', [[9]]],
    ]);
  });

  it('may be long, and gives the same result wherever it is cut', async () => {
    const values = Array.from({ length: 100_000 }, (_, at) => ((at * 7919) % 20011) - 10000);
    expect(await digits(observation({ component: [component('131329', { data: values.join(' ') })] }))).to.deep.equal([
      values,
    ]);
    const bytes = Buffer.from(
      JSON.stringify(
        observation({
          component: [component('131329', { data: 'E 1.5\n-12345678901234567890.5 1e-7 U' }), component('131330')],
        }),
      ),
    );
    const whole = await gather(decodeFhir, uploadOf({ a: bytes }, 'a'));
    for (let cut = 1; cut < bytes.length; cut++) {
      const cutAt = async function* (all: Uint8Array): AsyncGenerator<Uint8Array> {
        yield all.slice(0, cut);
        yield all.slice(cut);
      };
      expect(await gather(decodeFhir, uploadOf({ a: bytes }, 'a', cutAt))).to.deep.equal(whole);
    }
  });
});

describe('A FHIR document is refused', () => {
  const one = (members: Members): Members => observation({ component: [component('131329', members)] });
  const cases: [string, Members | string, string][] = [
    [
      'without SampledData',
      observation({ component: [{ code: {}, valueQuantity: { value: 1 } }] }),
      'There is no observation with SampledData.',
    ],
    ['for another resource', { resourceType: 'Patient' }, 'not "Patient"'],
    ['for several dimensions', one({ dimensions: 2 }), 'component[0].valueSampledData.dimensions must be 1'],
    ['without dimensions', one({ dimensions: undefined }), 'dimensions must be 1'],
    ['without a period', one({ period: undefined }), 'period is missing'],
    ['for a period of 0', one({ period: 0 }), '0 ms between two samples is not a sampling rate'],
    ['for a factor of 0', one({ factor: 0 }), 'component[0].valueSampledData.factor must be a number other than 0'],
    [
      'for an unknown unit of the interval',
      one({ period: undefined, interval: 1, intervalUnit: 'Hz' }),
      'intervalUnit must be ms, s, us or min',
    ],
    ['for offsets', one({ offsets: '1 2 3' }), 'offsets is not supported'],
    ['for a word that is not a number', one({ data: '1 x 2' }), 'In a list of samples "x" is not a number.'],
    [
      'for data that is not a string',
      one({ data: [1, 2] }),
      'component[0].valueSampledData.data must be a string of decimals.',
    ],
    ['for data without a sample', one({ data: ' ' }), 'must have at least one sample'],
    [
      'for data without a sample after data with some',
      observation({ component: [component('131329'), component('131330', { data: '' })] }),
      'component[1].valueSampledData.data must have at least one sample',
    ],
    ['for an escape in the data', JSON.stringify(one({})).replace('1 -2', '1 \\u0032'), 'is not a number'],
    [
      'for a path that only looks like one',
      { resourceType: 'Observation', 'component[].valueSampledData': data() },
      'There is no observation',
    ],
    ['if it ends early', JSON.stringify(one({})).slice(0, -3), 'is incomplete'],
    [
      'for more channels than allowed',
      observation({ component: Array.from({ length: LIMITS.maxChannels + 1 }, () => component('131329')) }),
      'more than 256 channels',
    ],
  ];
  for (const [title, document, message] of cases) {
    it(title, async () => {
      const error = await refusal(document);
      expect(error.message).to.include(message);
      expect(error.format).to.equal('fhir');
    });
  }
});

describe('What is written as FHIR', () => {
  it('is an observation of R4, with all required members', async () => {
    const given = writable(
      [
        { name: 'Lead V1', values: [100, null, -50], gain: 200, zeroLevel: 24, samplingRate: 500, unit: 'mV' },
        { name: 'ch', values: [1e-7, 1e21], unit: null, samplingRate: 250 },
      ],
      {
        externalId: 'E1',
        date: '2026-01-15T09:30:00Z',
        notes: 'a note',
        subject: { patientId: 'p', patientName: 'A B', birthDate: null, sex: null, studyId: null },
      },
    );
    const [text] = Object.values(await encodeFiles(encodeFhir, given)).map(String);
    expect(JSON.parse(text!)).to.deep.equal({
      resourceType: 'Observation',
      identifier: [{ value: 'E1' }],
      status: 'final',
      category: [
        {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/observation-category',
              code: 'procedure',
              display: 'Procedure',
            },
          ],
        },
      ],
      code: { coding: [{ system: MDC, code: '131328', display: 'MDC_ECG_ELEC_POTL' }] },
      subject: { identifier: { value: 'p' }, display: 'A B' },
      effectiveDateTime: '2026-01-15T09:30:00Z',
      note: [{ text: 'a note' }],
      component: [
        {
          code: { coding: [{ system: MDC, code: '131331', display: 'MDC_ECG_ELEC_POTL_V1' }], text: 'Lead V1' },
          valueSampledData: {
            origin: { value: -0.12, unit: 'mV', system: 'http://unitsofmeasure.org', code: 'mV' },
            period: 2,
            factor: 0.005,
            dimensions: 1,
            data: '100 E -50',
          },
        },
        {
          code: { text: 'ch' },
          valueSampledData: {
            origin: { value: 0 },
            period: 4,
            factor: 0.001,
            dimensions: 1,
            data: '0.0000001 1000000000000000000000.0',
          },
        },
      ],
    });
  });

  it('names nobody if nobody may be named', async () => {
    const [text] = Object.values(await encodeFiles(encodeFhir, writable([{ values: [1] }]))).map(String);
    expect(JSON.parse(text!)).to.not.have.any.keys('subject', 'identifier', 'note', 'effectiveDateTime', 'id');
  });

  it('is refused if the sampling rate is unknown or a channel is empty', () => {
    for (const [channel, reason] of [
      [{ values: [1], samplingRate: null }, 'sampling rate'],
      [{ values: [] }, 'no sample'],
    ] as const) {
      const { recording, read: reader } = writable([channel]);
      expect(() => encodeFhir(recording, reader)).to.throw(FormatError, reason);
    }
  });

  it('follows the decimals of SampledData and gives the same digits when read again', async () => {
    await fc.assert(
      fc.asyncProperty(channels, fc.integer({ min: 1, max: 40 }), fc.nat(), async (given, piece, seed) => {
        const files = await encodeFiles(encodeFhir, writable(given, { externalId: 'E' }, piece));
        const [text] = Object.values(files).map(String) as [string];
        for (const { valueSampledData } of (JSON.parse(text) as { component: { valueSampledData: { data: string } }[] })
          .component) {
          expect(valueSampledData.data).to.match(/^(?:-?\d*\.?\d+|E)(?: (?:-?\d*\.?\d+|E))*$/);
        }
        const { recording, digits: found } = await read(text, seed);
        for (const [at, channel] of given.entries()) {
          const described = recording.channels[at]!;
          expect(Array.from(found[at]!)).to.deep.equal(Array.from(channel.values, (value) => value ?? NaN));
          expect(described).to.deep.include({ name: channel.name, unit: channel.unit });
          expect(described.samplingRate).to.be.closeTo(channel.samplingRate!, channel.samplingRate! * 1e-15);
          expect(described.gain).to.be.closeTo(channel.gain!, Math.abs(channel.gain!) * 3e-16);
          expect(described.zeroLevel).to.be.closeTo(channel.zeroLevel!, Math.abs(channel.zeroLevel!) * 1e-15 + 1e-300);
        }
        expect(formatOf(files[Object.keys(files)[0]!]!.subarray(0, 4096))?.id).to.equal('fhir');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('preserves usual gains, zero levels and rates exactly', async () => {
    for (const gain of [200, 1000, 204.8, 0.001, 49, -3, 400, 819.2]) {
      for (const zeroLevel of [0, 1024, -0.5, 24]) {
        for (const samplingRate of [500, 360, 257, 128, 1000, 0.5]) {
          const files = await encodeFiles(encodeFhir, writable([{ values: [1], gain, zeroLevel, samplingRate }]));
          expect((await read(String(Object.values(files)[0]))).recording.channels[0]).to.deep.include({
            gain,
            zeroLevel,
            samplingRate,
          });
        }
      }
    }
  });
});

describe('The decoder of FHIR', () => {
  it('always ends with a FormatError or a recording', async function () {
    this.timeout(120_000);
    const seeds = [
      observation({
        id: 'x',
        effectiveDateTime: '2026-01-15',
        subject: { reference: 'Patient/1' },
        note: [{ text: 'n' }],
        component: [component('131329', { data: 'E 1.5 -2 L' }), component('131330')],
      }),
      {
        resourceType: 'Bundle',
        entry: [
          { resource: observation() },
          { resource: observation({ component: undefined, valueSampledData: data() }) },
        ],
      },
    ]
      .map((document) => JSON.stringify(document))
      .map((text) => ({
        files: { a: Buffer.from(text) },
        main: 'a',
        boundaries: { a: [...text.matchAll(/["{}[\]:,]/g)].map((match) => match.index) },
        dictionary: [
          '"',
          '{',
          '}',
          '[',
          ']',
          ',',
          '"data":',
          '"component":[',
          '"valueSampledData":{',
          '1e999',
          '\\n',
          'E',
          'null',
          '-0',
          '"factor":0,',
          '"entry":[{"resource":{',
        ],
      }));
    const report = await fuzzDecoder(fhir, seeds, { cases: 10_000, seed: SEED });
    expect(report.accepted).to.be.above(300);
    expect(report.refused.content).to.be.above(300);
    expect(report.refused.syntax).to.be.above(300);
  });

  it('recognises objects with their own resource type', () => {
    for (const text of [
      '{"resourceType":"Observation"}',
      '\ufeff \n{ "text": {"div": "a } \\" b"}, "resourceType" : "x"',
      '{"a":[{"b":1}],"resourceType":"Bundle"}',
    ])
      expect(formatOf(Buffer.from(text))?.id, text).to.equal('fhir');
    for (const text of ['{"leads":[{"resourceType":1}]}', '{"id":"resourceType"}', '{"note":"\\"resourceType\\":1"}'])
      expect(formatOf(Buffer.from(text))?.id, text).to.equal('json');
  });
});
