/** The errors of a body that does not match its schema. */
import { expect } from 'chai';
import { z } from 'zod';
import type { Problem } from '../../../src/errors.ts';
import { validated } from '../../../src/http/validate.ts';

const schema = z.strictObject({ email: z.string(), age: z.number().optional() });
const many = (count: number): object => ({
  email: 'a',
  ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, i])),
});
const errorsOf = (body: unknown) => {
  try {
    validated(body, schema);
  } catch (error) {
    return (error as Problem).errors ?? [];
  }
  return [];
};

describe('a validated body', () => {
  it('has different errors for a missing field and for one of a wrong type', () => {
    const [missing] = errorsOf({});
    const [wrong] = errorsOf({ email: 5 });
    expect([missing?.path, wrong?.path]).to.deep.equal(['/email', '/email']);
    expect(missing?.message).to.match(/required|missing/);
    expect(wrong?.message).not.to.match(/required|missing/);
  });

  it('has an error for every wrong field, including unknown ones', () => {
    const errors = errorsOf({ email: 'a', age: 'x', more: 1, other: 2 });
    expect(errors.map(({ path }) => path)).to.have.members(['/age', '/more', '/other']);
    expect(errorsOf({ email: 'a', age: 7 })).to.deep.equal([]);
  });

  it('has at most a hundred errors, and the number of further ones', () => {
    expect(errorsOf(many(100))).to.have.length(100);
    const errors = errorsOf(many(107));
    expect(errors).to.have.length(101);
    expect(errors.at(-1)?.message).to.match(/\b7\b/);
  });
});
