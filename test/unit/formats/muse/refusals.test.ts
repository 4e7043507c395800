/** GE MUSE documents that are refused. */
import { expect } from 'chai';
import { crc32 } from 'node:zlib';
import { refusalOf } from '../../../support/formats.ts';
import { bytesOf, leadOf, museText, read, waveformOf, WHOLE } from './documents.ts';

const lead = (fields: Record<string, string | number | null>): string =>
  museText(waveformOf('Rhythm', [leadOf('V1', [1, 2, 3], fields)]));
const sampled = (base64: string): string => lead({ WaveFormData: base64, LeadDataCRC32: 0 });
const BASE64 = bytesOf([1, 2, 3]).toString('base64');

describe('A GE MUSE document is refused', () => {
  const cases: [string, string, string][] = [
    [
      'for a wrong CRC-32, naming the lead and both values',
      lead({ LeadDataCRC32: 4294967295 }),
      'The samples of the lead "V1" are damaged: their CRC-32 is ' +
        `${crc32(bytesOf([1, 2, 3]))}, but LeadDataCRC32 is 4294967295.`,
    ],
    [
      'for another number of bytes',
      lead({ LeadByteCountTotal: 8 }),
      'The lead "V1" has 6 bytes, but LeadByteCountTotal is 8.',
    ],
    [
      'for another number of samples',
      lead({ LeadSampleCountTotal: 4 }),
      'The lead "V1" has 3 samples, but LeadSampleCountTotal is 4.',
    ],
    [
      'for a number of bytes that is not a number',
      lead({ LeadByteCountTotal: 'six' }),
      'The lead "V1" has 6 bytes, but LeadByteCountTotal is six.',
    ],
    [
      'for half a sample',
      lead({ WaveFormData: 'AQAC', LeadByteCountTotal: null, LeadSampleCountTotal: null, LeadDataCRC32: null }),
      'The lead "V1" has 3 bytes, which are not whole samples.',
    ],
    ['for samples of other sizes', lead({ LeadSampleSize: 4 }), 'samples of 4 bytes; samples of 2 bytes are supported'],
    ['for a lead without a name', lead({ LeadID: null }), 'A lead must have a LeadID.'],
    ['for a scale of 0', lead({ LeadAmplitudeUnitsPerBit: 0 }), 'LeadAmplitudeUnitsPerBit of the lead "V1" must be'],
    ['for a character that is not base64', sampled(BASE64.replace('A', '-')), '"-" does not belong to base64.'],
    ['for padding within the base64', sampled(`AQ==${BASE64}`), 'The base64 goes on behind its padding.'],
    ['for padding without bytes', sampled(`A===`), '"=" does not belong to base64.'],
    ['for base64 that ends within a byte', sampled(`${BASE64}A`), 'The base64 of the samples ends within a byte.'],
    ['for a reference within base64', sampled('AQAC&amp;'), '"&amp;" does not belong to base64.'],
    ['for an element within base64', sampled('AQAC<a/>'), 'Samples may contain base64 only.'],
    [
      'for samples twice',
      lead({ a: `<WaveFormData>${BASE64}</WaveFormData>` })
        .replace('<a>', '')
        .replace('</a>', ''),
      'only once',
    ],
    ['without a rate', WHOLE.replaceAll('SampleBase', 'a'), 'SampleBase and SampleExponent of a waveform must give'],
    [
      'for samples that are not continuous',
      WHOLE.replaceAll('CONTINUOUS_SAMPLES', 'SOME'),
      'SampleType "SOME" is not supported',
    ],
    ['without samples', museText(''), 'The document contains no samples of a lead.'],
    ['if it is something else', '<restingecgdata/>', 'The document must be a RestingECG, but is "restingecgdata".'],
    ['if it ends within the base64', WHOLE.slice(0, WHOLE.indexOf('WaveFormData') + 16), 'The document is incomplete.'],
    ['if it ends early', WHOLE.slice(0, -20), 'not well-formed XML'],
    [
      'for definitions of its own',
      WHOLE.replace('"restecg.dtd"', '"restecg.dtd" [<!ENTITY a SYSTEM "file:///etc/passwd">]').replace('Ana', '&a;'),
      'A document type definition must not define anything itself.',
    ],
    ['for entities of an external definition', WHOLE.replace('Ana', '&a;'), 'not well-formed XML'],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => {
      const error = await refusalOf(read(text));
      expect(error.message).to.include(message);
      expect(error.format).to.equal('muse');
    });
  }

  it('with the position in the file', async () => {
    const text = sampled(BASE64.replace('A', '-')).replace('ISO-8859-1', 'UTF-8');
    expect((await refusalOf(read(text))).offset).to.equal(text.indexOf(BASE64.replace('A', '-')) + BASE64.indexOf('A'));
  });
});
