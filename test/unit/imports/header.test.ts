/** The header of a file that no kind accepts: which kind is the closest, and what it expects. */
import { expect } from 'chai';
import { unrecognised } from '../../../src/imports/header.ts';
import { patientsCsv } from '../../../src/directory/patients/csv.ts';

describe('The header of a CSV file that is not recognised', () => {
  it('is compared with the dialect that knows most of its columns, although another one lacks fewer', () => {
    const names = ['Id', 'BIRTHDATE', 'SSN', 'FIRST', 'LAST', 'GENDER'];
    const { message } = unrecognised(names, [patientsCsv], null);
    expect(message).to.match(/^The header is closest to patients \(synthea\), but lacks /);
    expect(message).not.to.include('unknown columns');
  });

  it('is answered with the columns of the closest dialect', () => {
    const names = ['id', 'first_name', 'last_name', 'birth_date', 'email', 'gender'];
    const { message } = unrecognised(names, [patientsCsv], null);
    expect(message).to.include('has unknown columns: gender. Its columns are: ');
    expect(message.split('Its columns are: ')[1]).to.include('birth_date');
  });
});
