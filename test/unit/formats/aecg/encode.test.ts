/** HL7 annotated ECGs as they are written. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeAecg } from '../../../../src/formats/aecg/encode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { type Annotation, FormatError } from '../../../../src/formats/types.ts';
import { type ChannelToWrite, type DecodedWhole, encodeFiles, writable } from '../../../support/formats.ts';
import { channels } from '../csv/support.ts';
import { read } from './reading.ts';

type About = Parameters<typeof writable>[1];
const written = async (given: ChannelToWrite[], about: About = {}, piece?: number): Promise<string> =>
  String(Object.values(await encodeFiles(encodeAecg, writable(given, about, piece)))[0]);
const again = async (given: ChannelToWrite[], about: About = {}): Promise<DecodedWhole> => {
  const found = await read(await written(given, about));
  expect(found).to.have.length(1);
  return found[0]!;
};
const I: ChannelToWrite = { name: 'I', values: [100, -3, 7], gain: 200, zeroLevel: 24 };
const DATE = '2026-01-15T09:30:00.123456+01:00';

describe('What is written as an annotated ECG', () => {
  it('has the digits, the scale, the lead codes and the time of its samples', async () => {
    const text = await written([I, { name: 'Sternum & 1', values: [1, 2, 3], unit: 'mmHg' }], { date: DATE });
    for (const piece of [
      '<head value="20260115093000.123456+0100"/><increment value="0.002" unit="s"/>',
      '<code code="MDC_ECG_LEAD_I" codeSystem="2.16.840.1.113883.6.24" codeSystemName="MDC" displayName="I"/>' +
        '<value xsi:type="SLIST_PQ"><origin value="-0.12" unit="mV"/><scale value="0.005" unit="mV"/>' +
        '<digits>100 -3 7</digits></value>',
      '<code code="MDC_ECG_LEAD_CONFIG" codeSystem="2.16.840.1.113883.6.24" codeSystemName="MDC" ' +
        'displayName="Sternum &amp; 1"/>',
      '<scale value="0.001" unit="mm[Hg]"/>',
      '<effectiveTime><low value="20260115093000.123"/><high value="20260115093000.129"/></effectiveTime>',
    ])
      expect(text).to.include(piece);
    expect(formatOf(Buffer.from(text).subarray(0, 4096))?.id).to.equal('aecg');
  });

  it('has the elements in the order of the schema', async () => {
    const text = await written([I], { notes: 'a note', annotations: [mark({ at: 0 })], externalId: 'x' });
    const order =
      '<AnnotatedECG <id <code <text <effectiveTime <componentOf <component><series <id <code <effectiveTime ' +
      '<component><sequenceSet <subjectOf <derivation><derivedSeries <id <code <effectiveTime <component><sequenceSet';
    let at = 0;
    for (const element of order.split(' ')) {
      const next = text.indexOf(element, at);
      expect(next, element).to.be.at.least(at);
      at = next + 1;
    }
  });

  it('gives the same recording when it is read again', async () => {
    const subject = {
      patientId: 'p 1',
      patientName: 'Zoë <K>',
      birthDate: '1951-05-02',
      sex: 'female' as const,
      studyId: 'S',
    };
    const about = { date: DATE, subject, notes: 'two\nlines & "more"', externalId: '1.2.3^E 1' };
    const { recording, digits } = await again([I, { name: 'EKG V2', values: [1, 2] }], about);
    expect(digits.map((some) => [...some])).to.deep.equal([
      [100, -3, 7],
      [1, 2],
    ]);
    expect(recording).to.deep.equal({
      externalId: '1.2.3^E 1',
      date: DATE,
      channels: [
        { name: 'I', samplingRate: 500, unit: 'mV', gain: 200, zeroLevel: 24 },
        { name: 'EKG V2', samplingRate: 500, unit: 'mV', gain: 1000, zeroLevel: 0 },
      ],
      patient: null,
      study: null,
      notes: 'two\nlines & "more"',
      subject,
      part: null,
      warnings: [],
    });
  });

  it('gives the same digits, scale, rate and names for any whole numbers', async () => {
    await fc.assert(
      fc.asyncProperty(channels, fc.integer({ min: 1, max: 40 }), async (random, piece) => {
        const given = random.map((channel) => ({
          ...channel,
          unit: channel.unit === 'mm Hg' ? 'mV' : (channel.unit ?? null),
          calibrated: (channel.unit ?? null) !== null,
          values: Array.from(channel.values, (value) => Math.trunc(Math.min(1e9, Math.max(-1e9, value ?? 0))) + 0),
        }));
        const [found] = await read(await written(given, {}, piece));
        for (const [at, channel] of given.entries()) {
          const described = found!.recording.channels[at]!;
          expect(Array.from(found!.digits[at]!)).to.deep.equal(channel.values);
          expect(described.name).to.equal(channel.name);
          expect(described.unit).to.equal(channel.unit === 'µV' ? 'uV' : channel.unit);
          expect(described.samplingRate).to.be.closeTo(channel.samplingRate!, channel.samplingRate! * 1e-14);
          expect(described.gain).to.be.closeTo(channel.gain!, Math.abs(channel.gain!) * 1e-14);
          expect(described.zeroLevel).to.be.closeTo(channel.zeroLevel!, Math.abs(channel.zeroLevel!) * 2e-14 + 1e-300);
        }
      }),
      { seed: 20260115, numRuns: 200 },
    );
  });

  it('keeps annotations with their times, channels, codes and texts, with a date and without', async () => {
    const annotations = [
      mark({ at: 0.001, code: 'N' }),
      mark({ at: 0.002, duration: 0.0035, channel: 1, code: 'MDC_ECG_BEAT', text: 'early & wide' }),
      mark({ at: 0.003, channel: 2, text: 'Störung' }),
      mark({ at: 0.004000001, code: 'two words', text: 'x' }),
    ];
    const given = ['I', 'first', 'second'].map((name) => ({ name, values: [1, 2, 3] }));
    for (const date of [DATE, null]) {
      const found = await again(given, { date, annotations });
      expect(found.recording.date).to.equal(date);
      expect(found.recording.warnings).to.deep.equal([]);
      expect(found.annotations).to.deep.equal(annotations);
    }
  });

  it('claims no scale for a channel that is not calibrated', async () => {
    const text = await written([{ ...I, calibrated: false }]);
    expect(text).to.include('<scale value="0.005" unit="1"/>');
    expect((await read(text))[0]!.recording.channels[0]).to.include({ unit: null, gain: 200 });
  });

  it('names nobody if nobody may be named, but has the ids that readers demand', async () => {
    const text = await written([I]);
    expect(text).to.not.match(/subjectDemographicPerson|<text|<low|head value="2/);
    expect(text.match(/<id [^>]*>/g)!.slice(1, 3)).to.deep.equal([
      '<id nullFlavor="UNK" extension=""/>',
      '<id nullFlavor="UNK" extension=""/>',
    ]);
    expect((await read(text))[0]!.recording).to.deep.include({ subject: null, date: null });
  });

  it('has UUIDs of its own, always the same, and a derived series for readers that demand one', async () => {
    const text = await written([I], { externalId: 'E 7' });
    expect(text).to.equal(await written([I], { externalId: 'E 7' }));
    const ids = [...text.matchAll(/<id root="([^"]*)"(?: extension="([^"]*)")?/g)].map(([, ...id]) => id);
    const uuid = /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    for (const [root] of ids) expect(root).to.match(uuid);
    expect(ids.map(([, extension]) => extension)).to.deep.equal(['E 7', undefined, 'first samples']);
    expect(ids[1]![0]).to.equal(ids[2]![0]).and.to.not.equal(ids[0]![0]);
    expect(text.match(/<digits>.*?<\/digits>/g)).to.deep.equal(['<digits>100 -3 7</digits>', '<digits>100</digits>']);
    expect((await read(text))[0]!.recording.externalId).to.equal(`${ids[0]![0]}^E 7`);
  });

  it('has no characters that XML cannot have', async () => {
    const { recording } = await again([{ ...I, name: 'a\u0001b\ud800' }], { notes: 'a\u0002b\tc' });
    expect(recording.channels[0]!.name).to.equal('a b');
    expect(recording.notes).to.equal('a b\tc');
  });

  const cases: [string, ChannelToWrite[], string][] = [
    ['missing samples', [{ values: [1, null] }], 'cannot mark missing samples'],
    ['fractions', [{ values: [1.5] }], 'stores whole numbers only'],
    ['an unknown rate', [{ values: [1], samplingRate: null }], 'needs a sampling rate'],
    ['different rates', [I, { values: [1], samplingRate: 250 }], 'has one sampling rate for all leads'],
    ['an empty channel', [{ values: [] }], 'no sample to write'],
    ['no channel', [], 'There is no channel to write'],
    ['a unit with a blank', [{ values: [1], unit: 'my unit' }], 'contains a blank'],
  ];
  for (const [what, given, reason] of cases) {
    it(`is refused for ${what}`, () => {
      const { recording, read: reader } = writable(given);
      expect(() => encodeAecg(recording, reader)).to.throw(FormatError, reason);
    });
  }
});

function mark(members: Partial<Annotation>): Annotation {
  return { at: 0, duration: null, channel: null, code: null, text: null, ...members };
}
