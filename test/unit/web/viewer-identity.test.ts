/** The header of the viewer: who a recording is of, and what it is. */
import { expect } from 'chai';
import type { Schemas } from '../../../web/api/client.ts';
import { aboutPatient, durationOf, factsOf, nameOf } from '../../../web/viewer/identity-text.ts';

type Subject = Schemas['Ecg']['subject'];
const NOBODY = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null } as const;
const said = (subject: Subject): string => `${nameOf({ subject }, null)} | ${aboutPatient({ subject }, null)}`;

describe('The header of the viewer', () => {
  it('says that the file states who it is of only if it does', () => {
    expect(said(null)).to.equal('No patient attached | ');
    expect(said({ ...NOBODY })).to.equal('No patient attached | ');
    expect(said({ ...NOBODY, studyId: '7' })).to.equal('No patient attached | ');
    expect(said({ ...NOBODY, patientName: 'Rosa Lima' })).to.equal('Rosa Lima | according to the file');
    expect(said({ ...NOBODY, patientId: '12' })).to.equal('ID 12 | according to the file');
    expect(said({ ...NOBODY, sex: 'female' })).to.equal('No patient attached | female · according to the file');
  });

  it('takes the duration from the channels that have a sampling rate', () => {
    const [known, unknown] = [
      { samples: 5_000, samplingRate: 500 },
      { samples: 300, samplingRate: null },
    ];
    for (const channels of [
      [known, unknown],
      [unknown, known],
    ]) {
      expect(durationOf(channels)).to.equal(10);
      const ecg = { fileName: null, part: null, channels, format: 'json' } as unknown as Schemas['Ecg'];
      expect(factsOf(ecg)).to.match(/^10 s · /);
    }
    expect(durationOf([unknown])).to.equal(0);
  });
});
