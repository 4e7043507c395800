/** Texts of the directory and of users: telephone numbers, and the lengths of all. */
import { expect } from 'chai';
import { email, longText, phone } from '../../../src/directory/fields.ts';
import { searchText } from '../../../src/http/search-text.ts';
import { text } from '../../../src/text/plain-text.ts';
import { checked } from '../../../src/text/wording.ts';
import { NewUser } from '../../../src/users/schema.ts';

describe('a telephone number', () => {
  for (const number of ['5', '+1 (555) 010-0100', '(0)555/0100', '- 5 -', '555.0100 ext. 12', '555-0100EXT12', '5x1']) {
    it(`may be ${number}`, () => {
      expect(phone().parse(number)).to.equal(number);
    });
  }

  for (const number of ['', '+', '( - )', '++5', '5+', 'ext 5', '555 ext', '555x123456789', '555 y 1', '5 x 1 2']) {
    it(`is not ${JSON.stringify(number)}`, () => {
      expect(phone().safeParse(number).success).to.equal(false);
    });
  }
});

describe('a text that is too long', () => {
  const SCHEMAS = {
    text: text(),
    longText: longText(),
    email: email(),
    phone: phone(),
    searchText: searchText(),
    'email of a user': NewUser.shape.email,
    'fullName of a user': NewUser.shape.fullName,
  };
  const tooLong = '\u0007-'.repeat(512 * 1024);

  for (const [name, schema] of Object.entries(SCHEMAS)) {
    it(`is refused as ${name} for its length, and not searched for further faults`, () => {
      const messages = checked(schema, tooLong).faults?.map(({ message }) => message);
      expect(messages).to.have.length(1);
      expect(messages?.[0]).to.match(/^must have at most [\d,]+ characters$/);
    });
  }
});
