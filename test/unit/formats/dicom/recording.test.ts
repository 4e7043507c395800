/** Date, person and annotations, as the DICOM decoder reads them. */
import { expect } from 'chai';
import type { DecodedWhole } from '../../../support/formats.ts';
import type { TestElement } from '../../../support/dicom.ts';
import { decode, group, fileOf, one } from './reading.ts';

const subjectOf = async (more: readonly TestElement[]): Promise<DecodedWhole['recording']['subject']> =>
  (await one({}, more)).recording.subject;
const dateOf = async (more: readonly TestElement[]): Promise<string | null> => (await one({}, more)).recording.date;
const toldOf = async (how: string): Promise<[string | null, string[]]> => {
  const { date, warnings } = (await one({}, [[0x00280303, 'CS', how]])).recording;
  return [date, warnings];
};
const warningsOf = async (acquired: string): Promise<string[]> =>
  (await one({}, [[0x0008002a, 'DT', acquired]])).recording.warnings;
const nameIn = async (term: string, bytes: Buffer): Promise<string | null | undefined> =>
  (
    await subjectOf([
      [0x00080005, 'CS', term],
      [0x00100010, 'PN', bytes],
    ])
  )?.patientName;
const concept = (value: string, meaning: string): TestElement => [
  0x0040a043,
  'SQ',
  [
    [
      [0x00080100, 'SH', value],
      [0x00080102, 'SH', 'SCPECG'],
      [0x00080104, 'LO', meaning],
    ],
  ],
];
const channelsOf = (channels: readonly number[]): TestElement => [0x0040a0b0, 'US', channels];
const annotated = async (...items: TestElement[][]): Promise<DecodedWhole[]> =>
  decode(
    fileOf(
      [
        group({
          channels: [{}, {}],
          values: [
            [1, 2],
            [3, 4],
          ],
        }),
        group(),
      ],
      [[0x0040b020, 'SQ', items]],
    ),
  );

describe('the DICOM decoder', () => {
  describe('reads of the recording', () => {
    it('the date with its zone, from the best source', async () => {
      expect(await dateOf([[0x0008002a, 'DT', '20260115093000.25+0130']])).to.equal('2026-01-15T09:30:00.25+01:30');
      expect(
        await dateOf([
          [0x0008002a, 'DT', '20260115093000'],
          [0x00080201, 'SH', '-0300'],
        ]),
      ).to.equal('2026-01-15T09:30:00-03:00');
      expect(
        await dateOf([
          [0x0008002a, 'DT', ''],
          [0x00080020, 'DA', '20260115'],
          [0x00080030, 'TM', '0930'],
        ]),
      ).to.equal('2026-01-15T09:30:00');
      expect(
        await dateOf([
          [0x0008002a, 'DT', ''],
          [0x00080020, 'DA', '20260230'],
        ]),
      ).to.equal(null);
    });

    it('another date if there is none of the acquisition, and says so', async () => {
      const { date, warnings } = (
        await one({}, [
          [0x0008002a, 'DT', ''],
          [0x00080020, 'DA', '20260115'],
          [0x00080023, 'DA', '20260116'],
          [0x00080030, 'TM', '0930'],
          [0x00080033, 'TM', '1015'],
        ])
      ).recording;
      expect([date, warnings]).to.deep.equal([
        '2026-01-16T10:15:00',
        [
          'The file has no valid date of its acquisition: that of its content was taken. Another one can be given with the parameter date.',
        ],
      ]);
    });

    it('no date where the file says that dates were removed, and a warning where they were changed', async () => {
      expect(await toldOf('REMOVED')).to.deep.equal([null, []]);
      expect(await toldOf('UNMODIFIED')).to.deep.equal(['2026-01-15T09:30:00', []]);
      expect(await toldOf('MODIFIED')).to.deep.equal([
        '2026-01-15T09:30:00',
        ['The file says that its dates were changed when it was de-identified.'],
      ]);
    });

    it('an empty date without a warning, and one that does not exist with it', async () => {
      expect(await warningsOf('')).to.deep.equal([]);
      expect(await warningsOf('20260230')).to.deep.equal([
        'The acquisition date is not a valid date and was not kept.',
      ]);
    });

    it('the date of a group, with its time offset', async () => {
      const [, second] = await decode(fileOf([group(), group({ more: [[0x00181068, 'DS', '2500']] })]));
      expect(second!.recording.date).to.equal('2026-01-15T09:30:02.5');
      const precise = await one({ more: [[0x00181068, 'DS', '2500.25']] }, [
        [0x0008002a, 'DT', '20260115093000.999875-0300'],
      ]);
      expect(precise.recording.date).to.equal('2026-01-15T09:30:03.500125-03:00');
    });

    it('the subject', async () => {
      expect(
        await subjectOf([
          [0x00100010, 'PN', 'Doe^Jane^Q^Dr'],
          [0x00100020, 'LO', ' 4711 '],
          [0x00100030, 'DA', '19710123'],
          [0x00100040, 'CS', 'F'],
          [0x0020000d, 'UI', '1.2.3'],
        ]),
      ).to.deep.equal({
        patientId: '4711',
        patientName: 'Dr Jane Q Doe',
        birthDate: '1971-01-23',
        sex: 'female',
        studyId: '1.2.3',
      });
      expect(await subjectOf([])).to.equal(null);
    });

    it('text in the character set that it names', async () => {
      expect(await nameIn('ISO_IR 100', Buffer.from('Müller^Zoë', 'latin1'))).to.equal('Zoë Müller');
      expect(await nameIn('ISO_IR 192', Buffer.from('Müller^Łucja'))).to.equal('Łucja Müller');
      expect(await nameIn('ISO_IR 144', Buffer.from([0xbb, 0xee, 0xda]))).to.equal('Люк');
      expect(
        await nameIn('\\ISO 2022 IR 87', Buffer.from('Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B')),
      ).to.equal('Tarou Yamada');
      expect(await nameIn('', Buffer.from('Doe^Jane'))).to.equal('Jane Doe');
    });

    it('each group as a recording of its own, with an id of its own', async () => {
      const found = await decode(fileOf([group({ label: 'RHYTHM' }), group({ label: 'MEDIAN BEAT' }), group()]));
      expect(found.map(({ recording }) => [recording.part, recording.externalId])).to.deep.equal([
        ['rhythm', '1.2.826.0.1.3680043.8.498.1'],
        ['median beat', '1.2.826.0.1.3680043.8.498.1#2'],
        ['group 3', '1.2.826.0.1.3680043.8.498.1#3'],
      ]);
      expect((await one({ label: 'RHYTHM' })).recording.part).to.equal(null);
    });
  });

  describe('reads annotations', () => {
    it('at samples, counted from 1, in order of time, with their group and channel', async () => {
      const [first, second] = await annotated(
        [concept('b', 'Later'), channelsOf([1, 0]), [0x0040a130, 'CS', 'POINT'], [0x0040a132, 'UL', [501]]],
        [
          concept('a', 'Earlier'),
          channelsOf([1, 2, 2, 1]),
          [0x0040a130, 'CS', 'MULTIPOINT'],
          [0x0040a132, 'UL', [1, 251]],
        ],
      );
      expect(first!.annotations).to.deep.equal([
        { at: 0, duration: null, channel: 1, code: 'a', text: 'Earlier' },
        { at: 0.5, duration: null, channel: 1, code: 'a', text: 'Earlier' },
        { at: 1, duration: null, channel: null, code: 'b', text: 'Later' },
      ]);
      expect(second!.annotations.map(({ at, channel }) => [at, channel])).to.deep.equal([
        [0, 0],
        [0.5, 0],
      ]);
    });

    it('at seconds and at dates, and intervals', async () => {
      const [first] = await annotated(
        [channelsOf([1, 0]), [0x0040a130, 'CS', 'SEGMENT'], [0x0040a138, 'DS', '1.5\\4'], [0x00700006, 'ST', 'noise']],
        [
          channelsOf([1, 0]),
          [0x0040a130, 'CS', 'POINT'],
          [0x0040a13a, 'DT', '20260115093002.000250'],
          [0x00700006, 'ST', 'button'],
        ],
      );
      expect(first!.annotations).to.deep.equal([
        { at: 1.5, duration: 2.5, channel: null, code: null, text: 'noise' },
        { at: 2.00025, duration: null, channel: null, code: null, text: 'button' },
      ]);
    });

    it('without a position as notes, if they concern the whole recording', async () => {
      const [first] = await annotated(
        [channelsOf([1, 0]), [0x00700006, 'ST', 'Sinus rhythm']],
        [
          concept('q', 'QT Interval'),
          [0x004008ea, 'SQ', [[[0x00080100, 'SH', 'ms']]]],
          channelsOf([1, 0]),
          [0x0040a30a, 'DS', '368'],
        ].toSorted(([a], [b]) => (a as number) - (b as number)) as TestElement[],
        [concept('x', 'P amplitude'), channelsOf([1, 2]), [0x0040a30a, 'DS', '3']],
      );
      expect(first!.recording.notes).to.equal('Sinus rhythm\nQT Interval: 368 ms');
      expect(first!.recording.warnings).to.deep.equal(['1 annotations without a time were not kept.']);
    });
  });
});
