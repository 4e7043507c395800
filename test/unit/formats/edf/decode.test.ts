/** Samples, as the EDF decoder reads them from real and generated EDF and BDF files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { edf } from '../../../../src/formats/edf/index.ts';
import {
  decodeFiles,
  digitsHash,
  gather,
  goldenChannels,
  LIMITS,
  measured,
  refusalOf,
  uploadOf,
} from '../../../support/formats.ts';
import { recordingsDir } from '../../../support/recordings.ts';
import { uniform } from '../../../support/signals.ts';
import { digits, ONE, read } from './reading.ts';
import { BIOSEMI, made, timed } from './support.ts';

const decode = edf.decode!;

describe('EDF and BDF files', () => {
  describe('that are real', () => {
    const folder = recordingsDir();
    for (const record of ['test_generator.edf', 'test_utf8.edf']) {
      it(`give every golden value of ${record}`, async function () {
        if (folder === null) this.skip();
        const whole = await read(readFileSync(join(folder, 'edf', record)));
        const golden = goldenChannels(folder).filter((channel) => channel.record === record);
        expect(golden).to.have.length(whole.recording.channels.length).above(0);
        for (const [channel, expected] of golden.entries()) {
          expect(expected).to.include(measured(whole, channel));
          expect(digitsHash(whole.digits[channel]!)).to.equal(expected.digitsSha256Int32LE);
        }
      });
    }

    it('give start, subject and annotations', async function () {
      if (folder === null) this.skip();
      const { recording, annotations } = await read(readFileSync(join(folder, 'edf', 'test_utf8.edf')));
      expect(recording.date).to.equal('2020-01-24T04:05:56.3945312');
      expect(recording.subject).to.deep.equal({
        patientId: null,
        patientName: 'X,X',
        birthDate: '1998-01-20',
        sex: 'female',
        studyId: null,
      });
      expect(annotations.map(({ at, text }) => [at, text])).to.deep.equal([
        [1.5566407, 'XLSpike'],
        [3.0976563, 'Clip Note'],
        [119.6054688, '中文测试八个字'],
        [290.1074219, 'XLEvent'],
        [583.1777344, 'XLSpike'],
      ]);
    });
  });

  describe('as samples', () => {
    it('are deinterleaved by record and channel, at any rates', async () => {
      const whole = await read({
        duration: '0.5',
        signals: [
          {
            label: 'I',
            records: [
              [1, 2],
              [3, 4],
            ],
          },
          { label: 'II', records: [[5], [6]] },
          {
            label: 'Resp',
            records: [
              [7, 8, 9],
              [10, 11, 12],
            ],
          },
        ],
      });
      expect(digits(whole)).to.deep.equal([
        [1, 2, 3, 4],
        [5, 6],
        [7, 8, 9, 10, 11, 12],
      ]);
      expect(whole.recording.channels.map((channel) => [channel.name, channel.samplingRate])).to.deep.equal([
        ['I', 4],
        ['II', 2],
        ['Resp', 6],
      ]);
    });

    it('keep -32768 as a value', async () => {
      expect(digits(await read({ signals: [{ records: [[-32768, 0, 32767, -32768]] }] }))).to.deep.equal([
        [-32768, 0, 32767, -32768],
      ]);
    });

    it('with 24 bits keep the status channel', async () => {
      const whole = await read(
        {
          reserved: '24BIT',
          signals: [
            {
              label: 'A1',
              records: [[-8388608, 8388607]],
              digital: ['-8388608', '8388607'],
              physical: ['-262144', '262143'],
            },
            { label: 'Status', records: [[-1, 65536]] },
          ],
        },
        3,
      );
      expect(digits(whole)).to.deep.equal([
        [-8388608, 8388607],
        [-1, 65536],
      ]);
      expect(whole.recording.channels.map((channel) => channel.name)).to.deep.equal(['A1', 'Status']);
      expect(whole.recording.channels[0]!.gain).to.equal(16777215 / 524287);
    });

    it('give the same result wherever the bytes are cut, in bounded runs', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom<2 | 3>(2, 3),
          fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 900 }),
          fc.boolean(),
          async (seed, sampleBytes, perRecord, records, hasTimes) => {
            const random = uniform(seed);
            const limit = 256 ** sampleBytes / 2;
            const channels = perRecord.map((samples) =>
              Array.from({ length: records }, () =>
                Array.from({ length: samples }, () => Math.floor((random() * 2 - 1) * limit)),
              ),
            );
            const signals = channels.map((content, at) => ({ label: `C${at}`, records: content }));
            const times = { records: Array.from({ length: records }, (_, at) => timed(at)) };
            const reserved = hasTimes ? `${sampleBytes === 2 ? 'E' : 'B'}DF+D` : '';
            const whole = await decodeFiles(
              decode,
              { a: made({ reserved, signals: hasTimes ? [...signals, times] : signals }, sampleBytes) },
              'a',
              seed,
            );
            expect(digits(whole[0]!)).to.deep.equal(channels.map((content) => content.flat()));
          },
        ),
        { seed: 5, numRuns: 30 },
      );
    });

    it('are streamed if a record is too large to be held', async () => {
      const samples = 9 << 20;
      const content = Int16Array.from({ length: samples }, (_, at) => at % 1000);
      const bytes = Buffer.concat([
        made({ count: '1', duration: '100', signals: [{ samples, records: [[]] }] }),
        Buffer.from(content.buffer),
      ]);
      let count = 0;
      for await (const event of decode(uploadOf({ a: bytes }, 'a'), LIMITS)) {
        if (event.kind !== 'samples') continue;
        expect(event.samples.length).to.be.at.most(32768);
        for (const value of event.samples) if (value !== count++ % 1000) throw new Error(`sample ${count} is ${value}`);
      }
      expect(count).to.equal(samples);
    });
  });

  it('are recognised, and refused by name, if only their version is another one', async () => {
    for (const version of ['', '1', '0.1']) {
      const bytes = made({ version, signals: [ONE] });
      expect(edf.recognises(bytes)).to.equal(true);
      const { kind, message } = await refusalOf(decodeFiles(decode, { a: bytes }, 'a'));
      expect(kind).to.equal('syntax');
      expect(message).to.match(new RegExp(`looks like EDF, but its version field .* is "${version}", not "0"`));
    }
  });

  it('are recognised by their content', () => {
    expect(edf.recognises(made({ signals: [ONE] }))).to.equal(true);
    expect(edf.recognises(made({ version: BIOSEMI, signals: [ONE] }, 3))).to.equal(true);
    expect(edf.recognises(made({ version: '0,1,2', headerBytes: '511', signals: [ONE] }))).to.equal(false);
    expect(edf.recognises(made({ signals: [ONE] }).slice(0, 200))).to.equal(false);
    expect(edf.recognises(Buffer.from(`0       ${' '.repeat(400)}`))).to.equal(false);
  });

  it('need nothing but their bytes', async () => {
    const [whole] = await gather(decode, uploadOf({ a: made({ signals: [ONE] }) }, 'a'));
    expect(whole!.recording.externalId).to.equal(null);
  });
});
