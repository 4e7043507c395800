/** One plain wording for everything that a schema refuses. */
import { expect } from 'chai';
import mongoose from 'mongoose';
import { z, type ZodType } from 'zod';
import { ensureUser, InvalidUser } from '../../../src/users/ensure-user.ts';
import { checked, faultLines, oneOfThese, wording } from '../../../src/text/wording.ts';

/** An error map with precedence over the wording. */
const once: z.core.$ZodErrorMap = ({ code }) => (code === 'invalid_type' ? 'must be given only once' : undefined);

const toldOf = (schema: ZodType, value: unknown): string | undefined => checked(schema, value).faults?.[0]?.message;

const kind = <Name extends string>(name: Name) => z.object({ kind: z.literal(name) });

/** For each kind of issue in zod: schemas, a value, and the message. */
const SAID: Record<z.core.$ZodIssueCode, [schema: ZodType, given: unknown, message: string][]> = {
  invalid_type: [
    [z.string(), undefined, 'is required'],
    [z.string(), null, 'must be a string'],
    [z.number(), '1', 'must be a number'],
    [z.number(), Infinity, 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.boolean(), 'true', 'must be true or false'],
    [z.array(z.int()), {}, 'must be a list'],
    [z.tuple([z.int()]), 1, 'must be a list'],
    [z.strictObject({}), [], 'must be an object'],
    [z.record(z.string(), z.int()), 1, 'must be an object'],
    [z.null(), 1, 'must be null'],
    [z.symbol(), 1, 'has a type that is not allowed here'],
  ],
  invalid_value: [
    [z.enum(['a', 'b', 'c']), 'd', 'must be one of a, b, c'],
    [z.enum(['true', 'false']), '', 'must be true or false'],
    [z.literal('csv'), 'CSV', 'must be csv'],
    [z.enum(['a', 'b', 'c']), undefined, 'is required'],
  ],
  too_small: [
    [z.string().min(1), '', 'must have at least 1 character'],
    [z.string().min(10), '', 'must have at least 10 characters'],
    [z.string().length(4), '', 'must have exactly 4 characters'],
    [z.array(z.int()).min(1), [], 'must have at least 1 item'],
    [z.set(z.int()).min(2), new Set(), 'must have at least 2 items'],
    [z.map(z.int(), z.int()).min(2), new Map(), 'must have at least 2 entries'],
    [z.number().min(-90), -91, 'must be at least -90'],
    [z.number().min(0.001), 0, 'must be at least 0.001'],
    [z.number().gt(0), 0, 'must be more than 0'],
    [z.date().min(new Date('1800-01-01')), new Date('1799-12-31'), 'must not be before 1800-01-01'],
  ],
  too_big: [
    [z.string().max(1), 'ab', 'must have at most 1 character'],
    [z.string().max(10_000), 'a'.repeat(10_001), 'must have at most 10,000 characters'],
    [z.array(z.int()).max(50), Array.from({ length: 51 }, () => 1), 'must have at most 50 items'],
    [z.number().max(1e12), 1e13, 'must be at most 1,000,000,000,000'],
    [z.number().max(1e100), 1e101, 'must be at most 1e+100'],
    [z.number().lt(1), 1, 'must be less than 1'],
    [z.int(), 1e300, 'must be at most 9,007,199,254,740,991'],
    [z.date().max(new Date('2026-01-01')), new Date('2026-01-02'), 'must not be after 2026-01-01'],
  ],
  invalid_format: [
    [z.iso.date(), '2023-02-29', 'is not a valid date; write it as 1944-04-23'],
    [z.iso.datetime(), '2023-02-28', 'is not a valid date and time; write it as 2026-01-15T09:30:00Z'],
    [z.email(), 'nobody', 'is not an e-mail address'],
    [z.string().regex(/^a$/), 'b', 'has a form that is not allowed here'],
    [z.string().regex(/^a$/, 'is no a'), 'b', 'is no a'],
    [z.string().startsWith('a'), 'b', 'must begin with "a"'],
    [z.string().endsWith('a'), 'b', 'must end with "a"'],
    [z.string().includes('a'), 'b', 'must contain "a"'],
  ],
  not_multiple_of: [[z.number().multipleOf(0.5), 0.7, 'must be a multiple of 0.5']],
  unrecognized_keys: [[z.strictObject({}), { phome: 1 }, 'is not known here']],
  invalid_union: [
    [z.union([z.string(), z.number()]), true, 'must be a string, or must be a number'],
    [z.union([z.string(), z.number()]), undefined, 'is required'],
    [z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]), {}, 'has none of the allowed forms'],
    [z.xor([z.string(), z.string().max(3)]), 'a', 'fits more than one of the allowed forms'],
    [z.discriminatedUnion('kind', [kind('a'), kind('b')]), { kind: 'c' }, 'must be a or b'],
  ],
  invalid_key: [[z.record(z.string().max(1), z.int()), { ab: 1 }, 'has a name that is not allowed here']],
  invalid_element: [[z.map(z.object({}), z.int()), new Map([[{}, 'a']]), 'has an item that is not allowed here']],
  custom: [
    [z.string().refine(() => false), 'a', 'is not valid'],
    [z.string().refine(() => false, 'is never right'), 'a', 'is never right'],
  ],
};

describe('the wording of validation errors', () => {
  for (const [code, cases] of Object.entries(SAID)) {
    it(`is our own for ${code}`, () => {
      for (const [schema, given, message] of cases) expect(toldOf(schema, given)).to.equal(message);
    });
  }

  it('is listed under the kind of issue that it is used for', () => {
    for (const [code, cases] of Object.entries(SAID)) {
      const issues = cases.flatMap(
        ([schema, given]) => schema.safeParse(given, { error: wording }).error?.issues ?? [],
      );
      expect(
        issues.map((issue) => issue.code),
        code,
      ).to.include(code);
    }
  });

  it('names every field by a JSON Pointer, including unknown ones', () => {
    const schema = z.strictObject({ list: z.array(z.strictObject({ 'a/b': z.int() })), 'c~d': z.string() });
    const { faults } = checked(schema, { list: [{ 'a/b': 1 }, { 'a/b': 'x', more: 1 }], other: 1 });
    expect(faults?.map(({ path }) => path)).to.have.members(['/list/1/a~1b', '/list/1/more', '/c~0d', '/other']);
    expect(checked(schema, 'x').faults).to.deep.equal([{ path: '', message: 'must be an object' }]);
  });

  it('yields to another error map', () => {
    const { faults } = checked(z.string(), [], once);
    expect(faults?.[0]?.message).to.equal('must be given only once');
  });

  it('lists the choices', () => {
    expect(oneOfThese(['a'])).to.equal('must be a');
    expect(oneOfThese(['a', 'b'])).to.equal('must be a or b');
    expect(oneOfThese(['a', 'b', 'c'])).to.equal('must be one of a, b, c');
  });

  it('has one line per error in the output of a command', () => {
    const faults = [
      { path: '/email', message: 'is required' },
      { path: '/password', message: 'must have at least 10 characters' },
    ];
    expect(faultLines(faults)).to.equal('  /email is required\n  /password must have at least 10 characters');
  });
});

describe('a user from the command line who cannot be created', () => {
  const database = mongoose.createConnection();
  after(() => database.close());

  for (const [what, wanted, lines] of [
    ['a short password', { password: 'short' }, ['  /password must have at least 10 characters']],
    [
      'a password that is the address',
      { password: 'ana@clinic.example' },
      ['  /password must not be the e-mail address'],
    ],
    [
      'no address and no name',
      { email: 'ana', fullName: ' ' },
      ['  /email is not an e-mail address', '  /fullName must have at least 1 character'],
    ],
  ] as const) {
    it(`for ${what} is refused with the message of the API`, async () => {
      const ana = { email: 'ana@clinic.example', password: 'long enough to be one', fullName: 'Ana' };
      const user = { ...ana, role: 'admin' as const, ...wanted };
      const error: unknown = await ensureUser(database, user).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(InvalidUser);
      expect((error as Error).message.split('\n').slice(1)).to.deep.equal(lines);
    });
  }
});
