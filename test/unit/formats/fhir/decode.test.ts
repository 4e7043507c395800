/** FHIR observations with SampledData: what is read from them. */
import { expect } from 'chai';
import { decodeFhir } from '../../../../src/formats/fhir/decode.ts';
import { fhir } from '../../../../src/formats/fhir/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { gather, uploadOf } from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import {
  SEED,
  MDC,
  type Members,
  data,
  component,
  observation,
  readAll,
  read,
  digits,
  named,
  rate,
} from './reading.ts';
import { fhirSeeds } from './fuzz-seeds.ts';

const ofPeriod = async (period: number): Promise<number | null> =>
  (await read(observation({ component: [component('131329', { period })] }))).recording.channels[0]!.samplingRate;
const unitOf = async (origin: Members): Promise<unknown> =>
  (await read(observation({ component: [component('131329', { origin: { value: 0, ...origin } })] }))).recording
    .channels[0]!.unit;

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
      'Samples of "I" without a value were kept as missing: 2 in error (E), 1 below the lower limit (L), 2 above ' +
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

  it('has the rate whose period was rounded', async () => {
    expect(await ofPeriod(2.77778)).to.equal(360);
    expect(await ofPeriod(2.77777777777778)).to.equal(360);
    expect(await ofPeriod(7.8125)).to.equal(128);
    expect(await rate(0.00277778, 's')).to.equal(360);
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

  it('counts components without data, and holds no more notes than can be kept', async () => {
    const without = Array.from({ length: 50 }, () => ({ valueSampledData: { dimensions: 1 } }));
    const note = Array.from({ length: 30 }, () => ({ text: 'x'.repeat(1_000) }));
    const { recording } = await read(observation({ component: [component('131329'), ...without], note }));
    expect(recording.warnings).to.deep.equal([
      'component[1] has a SampledData without data and was not kept; the same is true of 49 more.',
      '"note" is longer than 10,000 characters and was not kept.',
    ]);
  });

  it('has the unit of the code if the text beside it is none that is known', async () => {
    expect(await unitOf({ unit: 'millivolt', code: 'mV' })).to.equal('mV');
    expect(await unitOf({ unit: 'µV', code: 'uV' })).to.equal('µV');
    expect(await unitOf({ unit: 'steps', code: 'X' })).to.equal('steps');
    expect(await unitOf({ unit: null, code: 'mV' })).to.equal('mV');
    expect(await unitOf({ unit: null, code: null })).to.equal(null);
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

describe('The decoder of FHIR', () => {
  it('always ends with a FormatError or a recording', async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(fhir, fhirSeeds(), { cases: 10_000, seed: SEED });
    expect(report.accepted).to.be.above(300);
    expect(report.refused.content).to.be.above(300);
    expect(report.refused.syntax).to.be.above(300);
  });

  it('recognises members of FHIR in front of a resource type that comes later', () => {
    const long = '1 '.repeat(3_000);
    for (const members of [
      { category: [{}], component: [component('131329', { data: long })], resourceType: 'Observation' },
      { id: 'a{', code: { text: long }, resourceType: 'Observation' },
      { entry: [{ resource: { component: [component('131329', { data: long })] } }], resourceType: 'Bundle' },
      { _status: {}, effectiveDateTime: '2026-01-15', valueSampledData: data({ data: long }), status: 'final' },
    ])
      expect(formatOf(Buffer.from(JSON.stringify(members)).subarray(0, 4096))?.id, JSON.stringify(members)).to.equal(
        'fhir',
      );
  });

  it('leaves recordings in our own JSON alone, whatever else they contain', () => {
    for (const members of [
      { id: 'x', leads: [{ name: 'I', signal: [1] }] },
      { code: {}, leads: [] },
      { component: [component('131329')], date: '2026-01-15', leads: [] },
      { status: 'final', id: '{', code: 'x' },
      { id: 1, samplingRate: 500, code: [] },
    ])
      expect(formatOf(Buffer.from(JSON.stringify(members)))?.id, JSON.stringify(members)).to.equal('json');
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
