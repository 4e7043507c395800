/** HL7 annotated ECGs: what is read from them. */
import { expect } from 'chai';
import { decodeAecg } from '../../../../src/formats/aecg/decode.ts';
import { aecg } from '../../../../src/formats/aecg/index.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { type DecodedWhole, gather, uploadOf } from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import {
  absolute,
  aecgText,
  annotation,
  annotations,
  boundary,
  interval,
  lead,
  relative,
  series,
  set,
  WHOLE,
} from './documents.ts';
import { aecgSeeds } from './fuzz-seeds.ts';
import { read, I } from './reading.ts';

const ID = '61d1a24f-b47e-41aa-ae95-f8ac302f4eeb';
const timeOf = (time: string): string => `<effectiveTime>${time}</effectiveTime>`;
/** The date of a recording whose samples have none. */
const dated = async (time: string, inner = ''): Promise<string | null> =>
  (
    await read(
      aecgText(`<component><series><code code="RHYTHM"/>${time}${inner}${set(relative(), I())}</series></component>`),
    )
  )[0]!.recording.date;
const ofSet = async (...sequences: string[]): Promise<DecodedWhole> =>
  (await read(aecgText(series(set(...sequences)))))[0]!;
const declared = (encoding: string): string => WHOLE.replace('UTF-8', encoding).replace('J &amp; D', 'Jörg');
const named = async (bytes: Uint8Array): Promise<string | null> =>
  (await read(bytes))[0]!.recording.subject!.patientName;

describe('An annotated ECG', () => {
  it('gives one recording for its rhythm and one for each derived series', async () => {
    const [rhythm, beat] = await read(WHOLE);
    const subject = {
      patientId: 'SUBJ_1',
      patientName: 'J & D',
      birthDate: '1953-05-08',
      sex: 'female' as const,
      studyId: 'TRIAL_1',
    };
    const channel = { name: 'I', samplingRate: 500, unit: 'uV', gain: 0.2, zeroLevel: 0 };
    expect(rhythm!.recording).to.deep.equal({
      externalId: ID,
      date: '2026-01-15T09:30:00.500',
      patient: null,
      study: null,
      notes: 'a note',
      subject,
      part: 'rhythm',
      channels: [channel, { ...channel, name: 'aVR', gain: 0.4, zeroLevel: -5 }],
      warnings: ['1 annotations without a time were not kept.'],
    });
    expect(rhythm!.digits.map((some) => [...some])).to.deep.equal([
      [1, -2, 3, 4, 5],
      [10, NaN, 30],
    ]);
    expect(beat!.recording).to.deep.include({
      externalId: ID,
      part: 'representative beat',
      channels: [{ ...channel, samplingRate: 1000 }],
      warnings: [],
    });
    expect([...beat!.digits[0]!]).to.deep.equal([7, 8]);
  });

  it('keeps annotations that have a position in time, their own or that of the enclosing annotation', async () => {
    const [rhythm, beat] = await read(WHOLE);
    expect(rhythm!.annotations).to.deep.equal([
      { at: 0.002, duration: null, channel: null, code: 'MDC_ECG_RHYTHM', text: 'sinus' },
      { at: 0.004, duration: 0.004, channel: 1, code: 'MDC_ECG_TIME_PD_QT', text: '400 ms' },
      { at: 0.004, duration: 0.004, channel: null, code: 'MDC_ECG_BEAT_NORMAL', text: null },
    ]);
    expect(beat!.annotations).to.deep.equal([{ at: 0.001, duration: null, channel: null, code: 'P', text: null }]);
  });

  it('is one recording without a part name if nothing was derived', async () => {
    const [only, ...more] = await read(aecgText(series(set(absolute(), I()))));
    expect(more).to.deep.equal([]);
    expect(only!.recording).to.deep.include({ part: null, externalId: ID });
  });

  for (const [what, id, externalId, warning] of [
    ['a UUID', 'root="%"', '%', null],
    ['an OID', 'root="2.16.840.1.113883.3.4"', '2.16.840.1.113883.3.4', null],
    ['an OID and an extension', 'root="1.3.6.1.4.1" extension="ECG 7"', '1.3.6.1.4.1^ECG 7', null],
    ['a UUID and an extension', 'root=" % " extension="8"', '%^8', null],
    ['nothing', 'nullFlavor="NI"', null, null],
    ['a root of another kind', 'root="device" extension="7"', null, /root must be an OID or a UUID, but is "device"/],
    ['an extension alone', 'extension="7"', null, /but is missing/],
  ] as const) {
    const found = externalId === null ? 'no external id' : 'all of it as the external id';
    it(`with ${what} as its id has ${found}`, async () => {
      const given = `<id ${id.replace('%', ID)}/>`;
      const text = aecgText(series(set(absolute(), I()))).replace(`<id root="${ID}"/>`, given);
      const { recording } = (await read(text))[0]!;
      expect(recording.externalId).to.equal(externalId?.replace('%', ID) ?? null);
      if (warning === null) expect(recording.warnings).to.deep.equal([]);
      else expect(recording.warnings.join(' ')).to.match(warning);
    });
  }

  it('may be in parts with gaps between them', async () => {
    const parts = await read(
      aecgText(series(set(absolute(), I('1 2')), set(absolute('0.002', 's', '20260115094000'), I('3')))),
    );
    expect(parts.map(({ recording, digits }) => [recording.part, recording.date, [...digits[0]!]])).to.deep.equal([
      ['rhythm', '2026-01-15T09:30:00.500', [1, 2]],
      ['rhythm 2', '2026-01-15T09:40:00', [3]],
    ]);
  });

  it('may have any lead, of any length, several times, in any unit', async () => {
    const { recording, digits } = await ofSet(
      absolute('4', 'ms'),
      lead({ code: 'MDC_ECG_LEAD_V3R', digits: '1', unit: 'mV' }),
      I('1 2'),
      I('3'),
      lead({ code: 'VENDOR', digits: '1e2 .5 +3' }),
    );
    expect(recording.channels.map(({ name, unit, samplingRate }) => [name, unit, samplingRate])).to.deep.equal([
      ['V3R', 'mV', 250],
      ['I', 'uV', 250],
      ['I#2', 'uV', 250],
      ['VENDOR', 'uV', 250],
    ]);
    expect([...digits[3]!]).to.deep.equal([100, 0.5, 3]);
  });

  it('reports the sequences that were not kept', async () => {
    const { recording } = await ofSet(
      absolute(),
      I(),
      lead({ code: 'MDC_ECG_LEAD_II', digits: ' ' }),
      '<component><sequence><code code="X"/><value xsi:type="SLIST_INT"/></sequence></component>',
    );
    expect(recording.warnings).to.deep.equal([
      'The lead "MDC_ECG_LEAD_II" has no digits and was not kept.',
      'The sequence "X", whose value is "SLIST_INT", was not kept.',
    ]);
  });

  it('may come in UTF-8, UTF-16 or Latin-1, with prefixes, comments and processing instructions', async () => {
    const expected = await read(WHOLE);
    expect(await named(Buffer.from(declared('UTF-8')))).to.equal('Jörg');
    expect(await named(Buffer.from(declared('ISO-8859-1'), 'latin1'))).to.equal('Jörg');
    expect(await named(Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le'))).to.equal('Jörg');
    expect(await named(Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le').swap16())).to.equal('Jörg');
    expect(await read(`\ufeff${WHOLE}`)).to.deep.equal(expected);
    expect(await read(WHOLE.replaceAll(/<(\/?)(\w)/g, '<$1h:$2').replace('xmlns=', 'xmlns:h='))).to.deep.equal(
      expected,
    );
    expect(await read(WHOLE.replaceAll(/<(series|digits|value)/g, '<!-- a > b --><?pi x > y?><$1'))).to.deep.equal(
      expected,
    );
    expect(await read(WHOLE.replace('1 -2', '1 <!-- > 9 - 9 --> -2<?p 8>8?> '))).to.deep.equal(expected);
  });

  it('has the time of its series if its samples have none, otherwise that of the document', async () => {
    const [low, high] = ['<low value="20260203040506"/>', '<high value="20260203040516"/>'];
    expect(await dated(timeOf(low + high))).to.equal('2026-02-03T04:05:06');
    expect(await dated(timeOf('<center value="20260203040507"/>'))).to.equal('2026-02-03T04:05:07');
    expect(await dated('<effectiveTime value="20260203040508"/>')).to.equal('2026-02-03T04:05:08');
    expect(await dated('')).to.equal('2026-01-15T09:30:00');
    // Values nested deeper in the series describe something else.
    const early = '<low value="20200101"/>';
    const author = `<author><time>${early}</time>${timeOf(early)}<code code="X"/></author>`;
    expect(await dated(timeOf(low), author)).to.equal('2026-02-03T04:05:06');
    expect(await dated('', author)).to.equal('2026-01-15T09:30:00');
  });

  it('is named by the code of its series, not by one nested deeper', async () => {
    const author = '<author><seriesAuthor><code code="DEVICE"/></seriesAuthor></author>';
    const sets = [set(absolute(), I()), set(absolute('0.002', 's', '20260115094000'), I())];
    const [first] = await read(aecgText(series(author, ...sets)));
    expect(first!.recording.part).to.equal('rhythm');
  });

  it('gives the same result wherever it is cut', async () => {
    const region = boundary('TIME_ABSOLUTE', interval('20260115093001', '20260115093002'));
    const marks = annotations(annotation('A', '<value>t</value>', region));
    const rhythm = series(set(absolute(), I('1<!-- > 9 --> -2\n3'), I('NaN')), marks);
    const bytes = Buffer.from(`<AnnotatedECG><text>ä</text>${rhythm}</AnnotatedECG>`);
    const whole = await gather(decodeAecg, uploadOf({ a: bytes }, 'a'));
    for (let cut = 1; cut < bytes.length; cut++) {
      const cutAt = async function* (all: Uint8Array): AsyncGenerator<Uint8Array> {
        yield all.slice(0, cut);
        yield all.slice(cut);
      };
      expect(await gather(decodeAecg, uploadOf({ a: bytes }, 'a', cutAt))).to.deep.equal(whole);
    }
  });

  it('may be long', async () => {
    const values = Array.from({ length: 200_000 }, (_, at) => ((at * 7919) % 20011) - 10000);
    const { digits } = await ofSet(absolute(), I(values.join(' ')), I(values.slice(0, 32768).join('\n')));
    expect(digits[0]).to.deep.equal(Float64Array.from(values));
    expect(digits[1]!.length).to.equal(32768);
  });

  it('leaves out annotations of another part', async () => {
    const [first, second] = await read(
      aecgText(
        series(
          set(absolute(), I()),
          set(absolute('0.002', 's', '20260115094000'), I()),
          annotations(
            annotation(
              'A',
              '<value code="B"/>',
              boundary('TIME_ABSOLUTE', interval('20260115093000.500', '20260115093001')),
            ),
            annotation(
              'A',
              '<value code="C"/>',
              boundary('TIME_ABSOLUTE', interval('20260115094001', '20260115094002')),
            ),
          ),
        ),
      ),
    );
    expect(first!.annotations).to.deep.equal([]);
    expect(second!.annotations).to.deep.equal([{ at: 1, duration: 1, channel: null, code: 'C', text: null }]);
    expect(second!.recording.warnings).to.deep.equal(['1 annotations without a time were not kept.']);
  });
});

describe('The decoder of annotated ECGs', () => {
  it('always ends with a FormatError or a recording', async function () {
    this.timeout(120_000);
    const report = await fuzzDecoder(aecg, aecgSeeds(), { cases: 10_000, seed: 20260115 });
    expect(report.accepted).to.be.above(300);
    expect(report.refused.content).to.be.above(100);
    expect(report.refused.syntax).to.be.above(1000);
  });

  it('recognises documents whose first element is an AnnotatedECG', () => {
    const declaration = '<?xml version="1.0" encoding="UTF-16"?>';
    for (const text of [
      WHOLE,
      `\ufeff<!-- a --><!-- b --><h:AnnotatedECG>`,
      '<AnnotatedECG/>',
      '<!DOCTYPE AnnotatedECG SYSTEM "x">',
    ])
      expect(formatOf(Buffer.from(text).subarray(0, 4096))?.id, text.slice(0, 30)).to.equal('aecg');
    expect(aecg.recognises(Buffer.from(`\ufeff${declaration}<AnnotatedECG>`, 'utf16le'))).to.equal(true);
    for (const text of [
      '<html><AnnotatedECG/></html>',
      '<!-- <AnnotatedECG> -->',
      '',
      '<?xml',
      `${'<!-- -->'.repeat(500)}<x>`,
    ])
      expect(formatOf(Buffer.from(text))?.id, text.slice(0, 30)).to.equal(undefined);
  });
});
