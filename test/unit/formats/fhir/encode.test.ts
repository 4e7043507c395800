/** FHIR observations as they are written. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeFhir } from '../../../../src/formats/fhir/encode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { encodeFiles, writable } from '../../../support/formats.ts';
import { channels } from '../csv/support.ts';
import { SEED, MDC, read } from './reading.ts';

interface Sampled {
  origin: { value: number; unit?: string; system?: string; code?: string };
  period: number;
  factor: number;
  data: string;
}

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
          expect(described.samplingRate).to.be.closeTo(channel.samplingRate!, channel.samplingRate! * 1e-14);
          expect(described.gain).to.be.closeTo(channel.gain!, Math.abs(channel.gain!) * 1e-14);
          expect(described.zeroLevel).to.be.closeTo(channel.zeroLevel!, Math.abs(channel.zeroLevel!) * 2e-14 + 1e-300);
        }
        expect(formatOf(files[Object.keys(files)[0]!]!.subarray(0, 4096))?.id).to.equal('fhir');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('has no character that a FHIR string cannot have, and still distinct names', async () => {
    const given = writable(
      [
        { name: 'a\u0001b', values: [1] },
        { name: 'a b', values: [2] },
        { name: '\u0002', values: [3], unit: 'm\u0003V' },
      ],
      {
        externalId: 'E\u00001',
        notes: 'a\u0001note\nof two lines \ud800',
        subject: { patientId: 'p\u0004', patientName: 'A\u001fB', birthDate: null, sex: null, studyId: null },
      },
    );
    const [text] = Object.values(await encodeFiles(encodeFhir, given)).map(String) as [string];
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f]|\\u00|\\ud8/);
    const { recording } = await read(text);
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['a b', 'a b#2', 'channel 3']);
    expect(recording).to.deep.include({ externalId: 'E 1', notes: 'a note\nof two lines' });
    expect(recording.subject).to.deep.include({ patientId: 'p', patientName: 'A B' });
  });

  it('has no number of more than 15 digits, and is read as the same gain, zero level and rate', async () => {
    const given = { values: [1], gain: 204.918, zeroLevel: 1024, samplingRate: 360 };
    const [text] = Object.values(await encodeFiles(encodeFhir, writable([given]))).map(String) as [string];
    const { origin, period, factor } = (JSON.parse(text) as { component: { valueSampledData: Sampled }[] })
      .component[0]!.valueSampledData;
    expect([origin.value, period, factor]).to.deep.equal([-4.99712079953933, 2.77777777777778, 0.00488000078080012]);
    expect((await read(text)).recording.channels[0]).to.deep.include({
      gain: 204.918,
      zeroLevel: 1024,
      samplingRate: 360,
    });
  });

  it('has UCUM codes, with their system, for the units that it knows', async () => {
    const units = ['µV', 'mmHg', '%', '°C', 'Ohm', 'bpm', 'furlong'];
    const given = writable(units.map((unit, i) => ({ name: `c${i}`, unit, values: [1] })));
    const [text] = Object.values(await encodeFiles(encodeFhir, given)).map(String) as [string];
    const { component } = JSON.parse(text) as { component: { valueSampledData: Sampled }[] };
    expect(
      component.map(({ valueSampledData: { origin } }) => [origin.unit, origin.code, origin.system]),
    ).to.deep.equal(
      [
        ['µV', 'uV'],
        ['mmHg', 'mm[Hg]'],
        ['%', '%'],
        ['°C', 'Cel'],
        ['Ohm', 'Ohm'],
        ['bpm', '/min'],
        ['furlong', undefined],
      ].map(([unit, code]) => [unit, code, code && 'http://unitsofmeasure.org']),
    );
    expect((await read(text)).recording.channels.map(({ unit }) => unit)).to.deep.equal(units);
  });

  it('divides data that is too long for one string among components, and is read as one channel', async () => {
    const values = Array.from({ length: 250_000 }, (_, i) => (i % 1000 === 0 ? null : -100_000 - (i % 7919)));
    const given = writable([
      { name: 'I', values },
      { name: 'II', values: [1] },
    ]);
    const [text] = Object.values(await encodeFiles(encodeFhir, given)).map(String) as [string];
    const strings = (JSON.parse(text) as { component: { valueSampledData: Sampled }[] }).component.map(
      ({ valueSampledData: { data } }) => data,
    );
    expect(strings).to.have.length(3);
    for (const data of strings) {
      expect(data.length).to.be.at.most(1_048_576);
      expect(data).to.match(/^\S.*\S$|^1$/);
    }
    expect(strings[0]!.length).to.be.above(1_048_560);
    const { recording, digits } = await read(text);
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['I', 'II']);
    expect(digits[0]).to.deep.equal(Float64Array.from(values, (value) => value ?? NaN));
  });

  it('divides data also where one piece of it is longer than a string', async () => {
    const values = Array.from({ length: 4096 }, (_, i) => (i + 1) * 1.234567e-290);
    const [text] = Object.values(await encodeFiles(encodeFhir, writable([{ name: 'I', values }]))).map(String);
    expect((await read(text!)).digits).to.deep.equal([Float64Array.from(values)]);
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
