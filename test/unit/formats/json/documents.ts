/**
 * Random JSON uploads for fast-check, as text: every order of keys, white space, spelling of numbers and escape of
 * characters.
 */
import * as fc from 'fast-check';
import { COUNT_KEYS } from '../../../../src/formats/json/fields.ts';

const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
/** Mostly none, so that the fast loops are tested, too. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constant(' ') },
  { weight: 1, arbitrary: space },
);

const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
/** A string token whose characters are partly written as escapes. */
const stringToken = (text: string): fc.Arbitrary<string> =>
  fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }).map((pattern) => {
    const characters = Array.from(text, (character, at) =>
      pattern[at % pattern.length] === true ? escaped(character) : JSON.stringify(character).slice(1, -1),
    );
    return `"${characters.join('')}"`;
  });

const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', ' ', '__proto__', 'constructor', '\\', '"', '\u0000', '\ufeff', '𝄞', 'toString'),
);
const isKnown = new Set<string>([
  'id',
  'date',
  'leads',
  'samplingRate',
  'unit',
  'gain',
  'zeroLevel',
  'patient',
  'study',
  'notes',
  'name',
  'signal',
  ...COUNT_KEYS,
]);

const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{1,${length}}$`));
const whole = digits(21).map((text) => text.replace(/^0+(?=\d)/, ''));
/** Any number that JSON can spell; not all of them are samples. */
export const anyNumber = fc.oneof(
  fc.integer({ min: -9999, max: 9999 }).map(String),
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map(String)
    .map((text) => text.replace('e+', 'e')),
  fc.double({ min: -10, max: 10, noNaN: true }).map(String),
  fc
    .tuple(fc.double({ min: -1000, max: 1000, noNaN: true }), fc.nat(20))
    .map(([value, places]) => value.toFixed(places)),
  fc
    .tuple(
      fc.constantFrom('', '-'),
      whole,
      fc.option(digits(24), { nil: null }),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'), digits(2)), { nil: null }),
    )
    .map(
      ([sign, integer, fraction, exponent]) =>
        `${sign}${integer}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`,
    ),
);
/** Whether a spelling is within the bounds of samples. */
export const isSample = (text: string): boolean =>
  Math.abs(Number(text)) <= 1e100 && (!/^-?\d+$/.test(text) || BigInt.asIntN(200, BigInt(text)) ** 2n <= 2n ** 106n);
const sample = fc.oneof(
  { weight: 5, arbitrary: anyNumber.filter(isSample) },
  { weight: 4, arbitrary: fc.integer({ min: -3000, max: 3000 }).map(String) },
  { weight: 1, arbitrary: fc.constant('null') },
);

const list = (open: string, items: readonly string[], gaps: readonly string[], close: string): string => {
  let at = 0;
  const next = (): string => gaps[at++ % gaps.length] as string;
  return `${open}${next()}${items.map((item) => item + next()).join(`,${next()}`)}${close}`;
};
const gaps = fc.array(gap, { minLength: 1, maxLength: 7 });

type Member = readonly [key: string, value: string];
const object = (members: readonly Member[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.shuffledSubarray([...members], { minLength: members.length }),
      gaps,
      fc.tuple(...members.map(([key]) => stringToken(key))),
    )
    .map(([order, some, keys]) => {
      const keyOf = new Map(members.map(([key], at) => [key, keys[at]]));
      return list(
        '{',
        order.map(([key, value], at) => `${keyOf.get(key)}${some[at % some.length]}:${value}`),
        some,
        '}',
      );
    });

const anyValue = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value));
/** Characters that no unit may have. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;
const text = (longest: number, refused = /$^/): fc.Arbitrary<string> =>
  anyText
    .filter((value) => value.trim() !== '' && value.length <= longest && !refused.test(value.trim()))
    .chain(stringToken);
const calibration: Record<string, fc.Arbitrary<string>> = {
  samplingRate: fc.constantFrom('500', '1e3', '250.5', 'null', '0.1'),
  unit: fc.oneof(fc.constant('"mV"'), text(32, UNSEEN), fc.constant('null')),
  gain: fc.constantFrom('200', '-1.5', '1E-3', 'null'),
  zeroLevel: fc.constantFrom('0', '-0.5', '1024', 'null'),
};
const unknown = fc.uniqueArray(
  fc.tuple(
    anyText.filter((key) => !isKnown.has(key)),
    anyValue,
  ),
  { maxLength: 3, selector: ([key]) => key },
);

/** Some of the optional members, and some unknown ones. */
const optional = (fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Member[]> =>
  fc
    .tuple(fc.record(fields, { requiredKeys: [] }), unknown)
    .map(([known, others]) => [...Object.entries(known), ...others] as Member[]);

const signal = fc.oneof(
  { weight: 5, arbitrary: fc.array(sample, { minLength: 1, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.array(sample, { minLength: 1, maxLength: 400 }) },
);
const lead = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(signal, gaps, fc.subarray([...COUNT_KEYS]), optional(calibration), stringToken(name))
    .chain(([values, some, counts, others, token]) =>
      object([
        ['name', token],
        ['signal', list('[', values, some, ']')],
        ...counts.map((key): Member => [key, String(values.length)]),
        ...others,
      ]),
    );

const root = optional({
  ...calibration,
  id: fc.oneof(text(200), fc.constantFrom('17', 'null')),
  date: fc.constantFrom('"2026-01-15"', '"2024-02-29T23:59:59.123+01:00"', '"2026-01-15T09:30"', 'null'),
  patient: text(100),
  study: text(100),
  notes: anyText.chain(stringToken),
});

/** A valid document. */
export const validDocument: fc.Arbitrary<string> = fc
  .tuple(
    fc.uniqueArray(
      anyText.filter((name) => name.trim() !== ''),
      { minLength: 1, maxLength: 4, selector: (name) => name.trim() },
    ),
    root,
    gaps,
  )
  .chain(([names, others, some]) =>
    fc.tuple(fc.tuple(...names.map(lead)), fc.constant(others), fc.constant(some), space),
  )
  .chain(([leads, others, some, margin]) =>
    object([['leads', list('[', leads, some, ']')], ...others]).map((document) => margin + document + margin),
  );

/** Sizes of chunks, to be repeated. */
export const chunkSizes: fc.Arbitrary<number[]> = fc.oneof(
  fc.constantFrom<number[]>([1], [65536]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
);
