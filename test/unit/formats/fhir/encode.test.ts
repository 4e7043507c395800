/** FHIR observations as they are written. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeFhir } from '../../../../src/formats/fhir/encode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { encodeFiles, writable } from '../../../support/formats.ts';
import { channels } from '../csv/support.ts';
import { SEED, MDC, read } from './reading.ts';

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
