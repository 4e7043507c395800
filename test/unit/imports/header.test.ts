/** The header of a file: which kind accepts it, and if none does, which is the closest and what it expects. */
import { expect } from 'chai';
import { recognise, toRow, unrecognised } from '../../../src/imports/header.ts';
import { studiesCsv } from '../../../src/directory/studies/csv.ts';
import { patientsCsv } from '../../../src/directory/patients/csv.ts';

describe('The header of a CSV file that is not recognised', () => {
  it('is compared with the dialect that knows most of its columns, although another one lacks fewer', () => {
    const names = ['Id', 'BIRTHDATE', 'SSN', 'FIRST', 'LAST', 'GENDER'];
    const { message } = unrecognised(names, [patientsCsv], null);
    expect(message).to.match(/^The header is closest to patients \(synthea\), but lacks /);
    expect(message).not.to.include('unknown columns');
  });

  it('is answered with the columns of the closest dialect', () => {
    const names = ['id', 'first_name', 'last_name', 'birth_date', 'gender'];
    const { message } = unrecognised(names, [patientsCsv], null);
    expect(message).to.include('lacks email and has unknown columns: gender. Its columns are: ');
    expect(message.split('Its columns are: ')[1]).to.include('birth_date');
  });
});

describe('The header of a CSV file that is recognised', () => {
  const plain = ['id', 'first_name', 'last_name', 'birth_date', 'email'];
  const studies = ['urgency_level', 'body_part', 'description', 'type', 'patient_id'];

  it('may have unknown columns, repeated ones too, which are passed over', () => {
    const found = recognise(['', ...plain, 'note', ''], [patientsCsv], null);
    expect(found?.warnings).to.deep.equal(['These columns are not known and were passed over: (empty), note.']);
    const row = toRow(found?.columns ?? [], ['x', '1', 'Ana', 'A', '1984-12-30', 'a@b', 'y', 'z']);
    expect(row).to.deep.equal({ id: '1', first_name: 'Ana', last_name: 'A', birth_date: '1984-12-30', email: 'a@b' });
  });

  it('may have blanks, hyphens, capitals or nothing for underscores', () => {
    const found = recognise(['ID', 'First Name', 'last-name', ' BIRTHDATE ', 'e_mail'], [patientsCsv], null);
    expect(found?.columns).to.deep.equal(plain);
    expect(found?.warnings).to.deep.equal([]);
  });

  it('has the dialect that knows most of its columns', () => {
    const found = recognise([...studies, ...plain.slice(1), 'id'], [studiesCsv, patientsCsv], null);
    expect(found, 'both know five').to.equal(null);
    expect(recognise([...studies, ...plain, 'x'], [studiesCsv, patientsCsv], 'patients')?.kind.name).to.equal(
      'patients',
    );
    expect(unrecognised([...studies, ...plain], [studiesCsv, patientsCsv], null).message).to.equal(
      'The header fits several kinds: studies, patients. Say which one as "kind".',
    );
  });

  it('has no column twice, however it is written', () => {
    const names = [...plain, 'First name'];
    expect(recognise(names, [patientsCsv], null)).to.equal(null);
    expect(unrecognised(names, [patientsCsv], null).message).to.equal('The header repeats columns: First name.');
  });
});
