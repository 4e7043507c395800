/** The WFDB decoder on real records: every digit as read by wfdb-python (`golden.json`), in any chunks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { decodeWfdb } from '../../../../src/formats/wfdb/decode.ts';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import { HEAD_BYTES } from '../../../../src/formats/types.ts';
import { decodeFiles, digitsHash, goldenChannels, measured } from '../../../support/formats.ts';
import { recordingsDir } from '../../../support/recordings.ts';
import { MISSING_DIGIT, recordFiles } from './support.ts';

const folder = recordingsDir();
const golden = folder === null ? [] : goldenChannels(folder).filter(({ fmt }) => /^\d+$/.test(fmt));
const isFlac = ({ fmt }: { fmt: string }): boolean => fmt.startsWith('5');
const records = [...new Set(golden.filter((channel) => !isFlac(channel)).map(({ record }) => record))];

describe(`real WFDB records (${golden.length} channels of ${records.length} records in RECORDINGS_DIR)`, function () {
  this.timeout(60_000);

  for (const record of records) {
    it(`${record} is read exactly`, async () => {
      const { files, main } = recordFiles(folder!, record);
      expect(wfdb.recognises(files[main]!.subarray(0, HEAD_BYTES))).to.equal(true);
      const [decoded, ...more] = await decodeFiles(decodeWfdb, files, main);
      expect(more).to.deep.equal([]);
      const expected = golden.filter((channel) => channel.record === record);
      expect(decoded!.recording.channels).to.have.length(expected.length);
      for (const channel of expected) {
        const { samples, samplingRate, gain, baseline, unit, missing, zeroCrossings, channel_index: index } = channel;
        expect(measured(decoded!, index)).to.deep.equal({
          channel: channel.channel,
          samples,
          samplingRate,
          gain,
          baseline,
          unit,
          missing,
          zeroCrossings,
        });
        expect(digitsHash(decoded!.digits[index]!, MISSING_DIGIT[channel.fmt]), channel.channel).to.equal(
          channel.digitsSha256Int32LE,
        );
      }
    });
  }

  if (folder === null) return;

  it('100.atr has the beats of its reference', async () => {
    const { files, main } = recordFiles(folder, '100');
    const { beats } = JSON.parse(readFileSync(join(folder, 'wfdb', '100.beats.json'), 'utf8')) as { beats: number[] };
    const [decoded] = await decodeFiles(decodeWfdb, files, main);
    const { annotations } = decoded!;
    expect(annotations[0]).to.deep.equal({ at: 18 / 360, duration: null, channel: null, code: '+', text: '(N' });
    expect(
      annotations.filter(({ code }) => 'NLRaVFJASEj/Q'.includes(code!)).map(({ at }) => Math.round(at * 360)),
    ).to.deep.equal(beats);
  });

  it('mixedsignals, which is FLAC, is refused with a way out', async () => {
    const { files, main } = recordFiles(folder, 'mixedsignals');
    const refusal = await decodeFiles(decodeWfdb, files, main).then(
      () => null,
      (error: Error) => error,
    );
    expect(refusal).to.include({ name: 'FormatError', kind: 'content' });
    expect(refusal!.message).to.match(/FLAC.*not supported.*convert/);
  });
});
