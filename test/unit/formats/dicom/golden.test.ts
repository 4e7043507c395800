/** The DICOM decoder on real recordings, compared with an independent reader. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { CANONICAL_LEADS, canonicalLeads } from '../../../../src/signal/leads.ts';
import { type DecodedWhole, decodeFiles, digitsHash, goldenChannels, measured } from '../../../support/formats.ts';
import { recordingsDir } from '../../../support/recordings.ts';

describe('the DICOM decoder, on real recordings', () => {
  const folder = recordingsDir();
  const golden = folder === null ? [] : goldenChannels(folder).filter(({ fmt }) => fmt.startsWith('DICOM'));
  let groups: DecodedWhole[] = [];

  before(async function () {
    if (folder === null) this.skip();
    groups = await decodeFiles(
      dicom.decode!,
      { 'a.dcm': readFileSync(join(folder, 'dicom/waveform_ecg.dcm')) },
      'a.dcm',
    );
  });

  it('finds both groups, with the standard leads', () => {
    expect(groups.map(({ recording }) => recording.part)).to.deep.equal(['rhythm', 'median beat']);
    for (const { recording } of groups)
      expect(canonicalLeads(recording.channels.map(({ name }) => name))).to.deep.equal(CANONICAL_LEADS.slice(0, 12));
    expect(groups.map(({ annotations }) => annotations.length)).to.deep.equal([66, 0]);
  });

  for (const expected of golden) {
    it(`reads ${expected.record}, ${expected.channel}`, () => {
      const group = groups[Number(expected.record.split('#')[1])]!;
      const { channel: _name, ...found } = measured(group, expected.channel_index);
      const { samples, samplingRate, gain, baseline, unit, missing, zeroCrossings } = expected;
      expect(found).to.deep.equal({
        samples,
        samplingRate,
        gain,
        baseline: baseline + 0,
        unit,
        missing,
        zeroCrossings,
      });
      expect(digitsHash(group.digits[expected.channel_index]!)).to.equal(expected.digitsSha256Int32LE);
    });
  }
});
