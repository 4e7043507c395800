/** HL7 annotated ECGs that are refused. */
import { expect } from 'chai';
import type { FormatError } from '../../../../src/formats/types.ts';
import { LIMITS, refusalOf } from '../../../support/formats.ts';
import { absolute, aecgText, series, set } from './documents.ts';
import { read, I } from './reading.ts';

const refusal = async (text: string | Uint8Array): Promise<FormatError> => refusalOf(read(text));

describe('An annotated ECG is refused', () => {
  const document = aecgText(series(set(absolute(), I())));
  const cases: [string, string | Uint8Array, string][] = [
    [
      'with a document type',
      document.replace('<AnnotatedECG', '<!DOCTYPE AnnotatedECG SYSTEM "x.dtd"><AnnotatedECG'),
      'Document type definitions are refused',
    ],
    [
      'with entities of its own',
      document
        .replace('<AnnotatedECG', '<!DOCTYPE AnnotatedECG [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><AnnotatedECG')
        .replace('a note', '&c;'),
      'Document type definitions are refused',
    ],
    ["with an entity that is not XML's", document.replace('a note', '&nbsp;'), 'not well-formed XML'],
    ['if it is not well-formed', document.replace('</series>', ''), 'not well-formed XML'],
    ['if it ends early', document.slice(0, -20), 'not well-formed XML'],
    ['if it ends within the digits', document.slice(0, document.indexOf('1 2 3') + 3), 'is incomplete'],
    ['if it is something else', '<?xml version="1.0"?><html/>', 'must be an AnnotatedECG, but is "html"'],
    ['if it is empty', '', 'not well-formed XML'],
    ['without a lead', aecgText(''), 'No series contains the digits of a lead.'],
    [
      'for digits that are not numbers',
      document.replace('1 2 3', '1 x 3'),
      'In a list of samples "x" is not a number.',
    ],
    ['for a character reference within digits', document.replace('1 2 3', '1 2 &#51;'), 'is not a number'],
    [
      'for a CDATA section within digits',
      document.replace('1 2 3', '<![CDATA[1 2 3]]>'),
      'Digits may contain numbers only.',
    ],
    ['for an element within digits', document.replace('1 2 3', '1 <b/> 3'), 'Digits may contain numbers only.'],
    [
      'for a scale of 0',
      document.replace('scale value="5"', 'scale value="0"'),
      'The scale of the lead "MDC_ECG_LEAD_I" must be a number other than 0',
    ],
    [
      'for a scale that is not a number',
      document.replace('scale value="5"', 'scale value="x"'),
      'must have an origin and a scale that are numbers',
    ],
    [
      'for an origin and a scale in different units',
      document.replace('origin value="0" unit="uV"', 'origin value="1" unit="mV"'),
      'origin in "mV" and a scale in "uV"',
    ],
    [
      'for an increment without a unit',
      document.replace('value="0.002" unit="s"', 'value="0.002"'),
      'must have an increment with a unit of time',
    ],
    ['for an increment of 0', document.replace('"0.002"', '"0"'), 'An increment of 0 s is not a sampling rate'],
    [
      'for times that are listed',
      document.replace('MDC_ECG_LEAD_I', 'TIME_ABSOLUTE'),
      'lists its times is not supported',
    ],
    ['for elements nested too deeply', aecgText('<a>'.repeat(40)), 'nested deeper than 32 levels'],
    [
      'for a comment without an end',
      Buffer.concat([Buffer.from('<AnnotatedECG><!-- '), Buffer.alloc(LIMITS.maxMetadataBytes + 10, 'x > ')]),
      'is longer than 1,048,576 bytes',
    ],
    ['in an unsupported encoding', document.replace('UTF-8', 'EBCDIC'), 'The encoding EBCDIC is not supported'],
    [
      'for bytes that are not of its encoding',
      Buffer.from(document.replace('a note', 'ä'), 'latin1'),
      'not valid UTF-8',
    ],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => {
      expect((await refusal(text)).message).to.include(message);
    });
  }

  for (const [order, swapped] of [
    ['little', false],
    ['big', true],
  ] as const) {
    const utf16 = (text: string, cut = 0): Buffer => {
      const bytes = Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le');
      return (swapped ? bytes.swap16() : bytes).subarray(0, bytes.length - cut);
    };
    it(`for UTF-16 of ${order} endian that ends within a character or contains half of one`, async () => {
      expect(await read(utf16(document))).to.have.length(1);
      const withHalf = document.replace('a note', 'a \ud800 note');
      for (const bytes of [utf16(document, 1), utf16(`${document}\n`, 1), utf16(withHalf)]) {
        expect((await refusal(bytes)).message).to.match(/UTF-16/i);
      }
    });
  }

  it('accepts an origin of 0 in any unit, since it is the same in all', async () => {
    const [found] = await read(document.replace('origin value="0" unit="uV"', 'origin value="0" unit="mV"'));
    expect(found!.recording.channels[0]).to.include({ zeroLevel: 0, unit: 'uV' });
  });

  it('with the position in the file', async () => {
    const error = await refusal(document.replace('1 2 3', '1 x 3'));
    expect(error.offset).to.equal(document.indexOf('1 2 3') + 2);
  });
});
