/** Numbers in a signal: exactly those of `JSON.parse`, or refused. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { anyNumber, isSample } from './documents.ts';
import { decode, refusal } from './support.ts';

const documentOf = (numbers: readonly string[], separator = ','): string =>
  `{"leads":[{"name":"I","signal":[${numbers.join(separator)}]}]}`;

async function expectExact(numbers: readonly string[], separator = ',', sizes = [65536]): Promise<void> {
  const { samples } = await decode(documentOf(numbers, separator), sizes);
  const actual = samples[0] as number[];
  expect(actual.length).to.equal(numbers.length);
  for (const [at, text] of numbers.entries()) {
    const value = JSON.parse(text) as number | null;
    if (!Object.is(actual[at], value === null ? NaN : value + 0))
      expect(actual[at], `${text} after ${numbers[at - 1]}`).to.equal(value);
  }
}

const EDGES = [
  '0',
  '-0',
  '-0.0',
  '0.0',
  '-0e5',
  '0e400',
  '1',
  '-1',
  '9',
  '10',
  '99',
  '100',
  '999',
  '1000',
  '9999',
  '10000',
  '99999',
  '999999',
  '9999999',
  '10000000',
  '99999999',
  '-1234567',
  '-12345678',
  '32767',
  '-32768',
  '2147483647',
  '-2147483648',
  '4294967296',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740992',
  '9007199254740993.0',
  '9007199254740993e0',
  '90071992547409930e-1',
  '0.1',
  '0.2',
  '0.3',
  '-0.7',
  '1.1',
  '2.675',
  '1.005',
  '0.000001',
  '123456789.123456',
  '1234567.12345678',
  '12345678.1234567',
  '0.1234567',
  '0.12345678',
  '0.1234567890123456789',
  '1.00',
  '1.0000000000000000000000',
  '0.00000000000001',
  '0.000000000000001',
  '0.0000000000000001',
  '0.00000000000000000000001',
  '999999999999999.9',
  '99999999999999.9',
  '0.999999999999999',
  '0.9999999999999999',
  '0.99999999999999999',
  '0.999999999999999999999',
  '1.00000000000000011102230246251565404236316680908203124',
  '1.00000000000000011102230246251565404236316680908203125',
  '1.00000000000000011102230246251565404236316680908203126',
  '9007199254740992.5',
  '4503599627370496.5',
  '4503599627370497.5',
  '4503599627370495.75',
  '2251799813685248.25',
  '2251799813685248.75',
  '0.5000000000000001',
  '0.50000000000000005',
  '0.50000000000000006',
  '5e-324',
  '2.4703282292062327e-324',
  '2.4703282292062328e-324',
  '2.2250738585072011e-308',
  '2.2250738585072014e-308',
  '-1e-400',
  '1e22',
  '1e23',
  '8.5e22',
  '1e100',
  '-1e100',
  '1E+2',
  '1e-2',
  '12.5E-3',
  '1e00001',
  'null',
] as const;

describe('Numbers in the signal of a JSON upload', () => {
  it('are exact at the limits of rounding, signs and lengths', async () => {
    for (const separator of [',', ', ', ' ,', ',\n    ', '\r\n,\t']) await expectExact(EDGES, separator);
    await expectExact(EDGES, ',', [1]);
    await expectExact(EDGES.toReversed(), ', ', [3, 1, 7]);
  });

  it('are exact in any spelling', async () => {
    const numbers = fc.array(anyNumber.filter(isSample), { minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.constantFrom(',', ', ', '\n,'), (texts, separator) => expectExact(texts, separator)),
      { seed: 1, numRuns: 300 },
    );
  });

  it('are exact as programs write decimals: shortest, fixed and to 15 to 20 digits', async () => {
    const random = fc.double({ min: -5000, max: 5000, noNaN: true, noDefaultInfinity: true });
    const spelt = fc
      .tuple(random, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 20 }))
      .map(([value, scale, digits]) => {
        const scaled = value / 10 ** scale;
        return digits % 3 === 0
          ? String(scaled)
          : digits % 3 === 1
            ? scaled.toFixed(digits)
            : scaled.toPrecision(digits);
      });
    await fc.assert(
      fc.asyncProperty(fc.array(spelt, { minLength: 200, maxLength: 400 }), (texts) => expectExact(texts)),
      { seed: 2, numRuns: 100 },
    );
  });

  it('are exact half-way between two doubles, and one digit off', async () => {
    const halves = fc
      .tuple(
        fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(-1n, 0n, 1n),
        fc.nat(3),
      )
      .map(([mantissa, shift, beside, zeros]) => {
        // (2m + 1) / 2^(shift + 1), written out in full
        const places = shift + 1 + zeros;
        const scaled = (2n * mantissa + 1n) * 5n ** BigInt(shift + 1) * 10n ** BigInt(zeros) + beside;
        const digits = scaled.toString().padStart(places + 1, '0');
        return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
      });
    await fc.assert(
      fc.asyncProperty(fc.array(halves, { minLength: 100, maxLength: 100 }), (texts) => expectExact(texts)),
      { seed: 3, numRuns: 50 },
    );
  });

  for (const text of [
    '01',
    '-01',
    '00',
    '007',
    '0123',
    '+1',
    '1.',
    '.5',
    '-',
    '-.5',
    '1.e2',
    '1e',
    '1e+',
    '1.2.3',
    '1-2',
    '--1',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    'nul',
    'nulll',
    'Null',
    'undefined',
    '1n',
    '-null',
    '1e5.5',
    "'1'",
    '٣',
  ]) {
    it(`are not spelt ${text}`, async () => {
      for (const document of [documentOf([text]), documentOf(['1', text, '2']), documentOf(['1', text])]) {
        expect((await refusal(document)).kind).to.equal('syntax');
        expect((await refusal(document, [1])).kind).to.equal('syntax');
      }
    });
  }

  for (const text of [
    '1e999',
    '-1e999',
    '1e101',
    '1.01e100',
    '1'.repeat(400),
    `-${'9'.repeat(1000)}`,
    '9'.repeat(5000),
    '9007199254740993',
    '-9007199254740993',
    '9007199254740994',
    '12345678901234567890',
  ]) {
    it(`are refused as out of range: ${text.length > 30 ? `${text.length} characters` : text}`, async () => {
      for (const sizes of [[65536], [1], [10]]) {
        const { kind, message, offset } = await refusal(documentOf(['1', text, '2']), sizes);
        expect(kind).to.equal('content');
        expect(message).to.match(/out of range|beyond 2\^53/);
        expect(message.length).to.be.below(250);
        expect(offset).to.equal(documentOf(['1', text]).indexOf('[1,') + 3);
      }
    });
  }
});
