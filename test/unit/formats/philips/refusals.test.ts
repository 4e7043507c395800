/** Philips documents that are refused. */
import { expect } from 'chai';
import { refusalOf } from '../../../support/formats.ts';
import {
  attributes104,
  beatsOf,
  compressed,
  NAMES,
  philipsText,
  plain,
  read,
  twelveLeads,
  type Values,
  waveformsOf,
} from './documents.ts';
import { lzwOf, xliOf } from './xli-writer.ts';

const LEADS = twelveLeads(100);
const BYTES = compressed(LEADS);
const stored = (bytes: Uint8Array, changed: Values = {}): string =>
  philipsText(waveformsOf(bytes, { ...attributes104(100), ...changed }));
const WHOLE = stored(BYTES);
/** A chunk with these packed bytes. */
const chunk = (packed: Uint8Array, length = packed.length): Buffer => {
  const header = Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]);
  header.writeUInt32LE(length, 0);
  return Buffer.concat([header, packed]);
};
/** The code 300, which the dictionary does not have yet, behind the code 65. */
const UNKNOWN_CODE = Buffer.from([65 >> 2, ((65 & 3) << 6) | (300 >> 4), (300 & 15) << 4]);
const steep = xliOf(Array(100).fill(0));

describe('A Philips document is refused', () => {
  const cases: [string, string, string][] = [
    ['if a lead ends early', stored(BYTES.subarray(0, -1)), 'The samples end within a lead.'],
    ['if leads are missing', stored(xliOf(LEADS[0]!)), 'The samples have 1 leads, but should have 12.'],
    [
      'if a lead has too few samples',
      stored(xliOf(LEADS[0]!.slice(1))),
      'a lead has 99 instead of the 100 samples that the file states',
    ],
    [
      'if a lead has too many samples',
      stored(xliOf([...LEADS[0]!, 1])),
      'a lead has codes that mean nothing, or more than the 100 samples',
    ],
    ['for a code that means nothing', stored(chunk(UNKNOWN_CODE)), 'a lead has codes that mean nothing'],
    [
      'for a first code that means nothing',
      stored(chunk(Buffer.from([0x40, 0]))),
      'a lead has codes that mean nothing',
    ],
    ['for an empty lead', stored(chunk(lzwOf(Buffer.alloc(0)))), 'a lead has 0 instead of the 100 samples'],
    ['for a chunk that is too long', stored(chunk(Buffer.alloc(8), 10_000)), 'a lead should have 10,000 bytes'],
    ['for a chunk without bytes', stored(chunk(Buffer.alloc(0))), 'a lead should have 0 bytes'],
    [
      'for samples beyond 16 bits',
      stored(Buffer.concat([steep.subarray(0, 6), Buffer.from([0, 0x80]), steep.subarray(8)])),
      'they exceed 16 bits',
    ],
    [
      'for plain samples that are too few',
      stored(plain(LEADS).subarray(0, -2), { compression: null }),
      'within a lead',
    ],
    ['for half a plain sample', stored(plain(LEADS).subarray(0, -1), { compression: null }), 'within a lead'],
    [
      'for plain samples that are too many',
      stored(Buffer.concat([plain(LEADS), plain([[1]])]), { compression: null }),
      'There are more samples than the file states.',
    ],
    [
      'for another compression',
      stored(BYTES, { compression: 'Huffman' }),
      'the compression "Huffman" is not supported',
    ],
    ['for another encoding', stored(BYTES, { dataencoding: 'Plain' }), 'samples in the encoding "Plain"'],
    ['for other bits', stored(BYTES, { bitspersample: 12 }), 'Samples of "12" bits are not supported'],
    ['for samples without a sign', stored(BYTES, { signalsigned: 'False' }), 'Samples without a sign'],
    [
      'without a duration',
      stored(BYTES, { durationperchannel: 'Failed' }),
      'durationperchannel must be the milliseconds',
    ],
    ['for an endless duration', stored(BYTES, { durationperchannel: 1e9 }), '2 to 1,048,576 samples, not "1000000000"'],
    ['for a scale of 0', stored(BYTES, { resolution: 0 }), 'The resolution must be a number other than 0'],
    [
      'for compressed limb leads in another order',
      stored(BYTES, { leadlabels: [...NAMES.slice(1), 'I'].join(' ') }),
      'Compressed limb leads must be in the order I, II, III, aVR, aVL, aVF',
    ],
    [
      'for leads without names',
      philipsText(waveformsOf(BYTES, { ...attributes104(100), leadlabels: null }), {
        signal: { samplingrate: 500, acquisitiontype: 'EXTENDED' },
      }),
      'The leads of the samples are not known',
    ],
    [
      'without a rate',
      philipsText(waveformsOf(BYTES, { ...attributes104(100), samplespersecond: null }), { signal: {} }),
      'Hz must stand before the samples, not ""',
    ],
    [
      'for a beat of another duration',
      philipsText(beatsOf({ I: [1, 2, 3] }, { samplespersec: 2000, resolution: 1 })),
      'The representative beat of the lead "I" has 3 whole samples, but should have 6.',
    ],
    ['without samples', philipsText(''), 'The document contains no samples.'],
    [
      'if its samples are elsewhere',
      philipsText('<unparsedwaveforms href="a.bin"/>'),
      'The samples of the document are unparsedwaveforms, which is not supported; parsedwaveforms are.',
    ],
    ['if it is something else', '<RestingECG/>', 'The document must be a restingecgdata, but is "RestingECG".'],
    ['if it ends within the samples', WHOLE.slice(0, WHOLE.indexOf('</parsed') - 4), 'The document is incomplete.'],
    ['if it ends early', WHOLE.slice(0, -10), 'not well-formed XML'],
    [
      'for definitions of its own',
      WHOLE.replace('<restingecgdata', '<!DOCTYPE restingecgdata [<!ENTITY a "b">]><restingecgdata'),
      'A document type definition must not define anything itself.',
    ],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => {
      const error = await refusalOf(read(text));
      expect(error.message).to.include(message);
      expect(error.format).to.equal('philips');
    });
  }
});
