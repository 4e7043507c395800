/** JSON uploads that are refused, each with reason and position, and the limits that bound their memory. */
import { expect } from 'chai';
import { bytesOf, decode, LIMITS, refusal } from './support.ts';

const lead = (members: string): string => `{"leads":[{${members}}]}`;
const root = (members: string): string => `{"leads":[{"name":"I","signal":[1]}],${members}}`;
const field = (key: string, value: string): string[] => [root(`"${key}":${value}`)];
const either = (key: string, value: string): string[] => [
  ...field(key, value),
  lead(`"${key}":${value},"name":"I","signal":[1]`),
];

const SYNTAX: Record<string, string[]> = {
  'The document is empty': ['', ' \n', '\ufeff'],
  'is incomplete': [
    '{',
    '{"leads"',
    '{"leads":[{"name":"I","signal":[1,2',
    '{"id":"a',
    '{"id":"a\\',
    root('"x":[1').slice(0, -1),
  ],
  'Expected the end of the document': [
    `${root('"x":1')}{}`,
    `${root('"x":1')} 1`,
    `${root('"x":1')},`,
    `${root('"x":1')}\u0000`,
  ],
  'Expected a key': ['{1:2}', "{'id':1}", root('"x":1,'), '{,}', '{"leads":[{"name":"I","signal":[1],}]}'],
  'Expected a colon': ['{"id" "a"}', '{"id"}', '{"id",1}'],
  'comma or a closing': ['{"id":"a" "date":null}', root('"x":[1 2]'), root('"x":{"a":1]'), root('"x":[1}')],
  'after a sample': [
    lead('"name":"I","signal":[1 2]'),
    lead('"name":"I","signal":[1:2]'),
    lead('"name":"I","signal":[1}'),
    lead('"name":"I","signal":[1"a"]'),
  ],
  'Expected a JSON value': [
    lead('"name":"I","signal":[1,]'),
    lead('"name":"I","signal":[,1]'),
    lead('"name":"I","signal":[1,,2]'),
    root('"x":'),
    root('"x":[1,]'),
    '{"leads":[{"name":"I","signal":[1]},]}',
    '\u00a0{}',
  ],
  'is not a JSON value': [
    'hello',
    root('"x":tru'),
    root('"x":nan'),
    root('"x":01'),
    root('"x":.5'),
    root('"x":[-]'),
    `{"x":${'a'.repeat(999)}}`,
  ],
  'not a JSON value.': [`{"x":${'a'.repeat(2000)}}`],
  'escape or a control character': [
    root('"x":"\\x"'),
    root('"x":"\\u12g4"'),
    root('"x":"a\nb"'),
    root('"x":"\t"'),
    root('"a\u0001":1'),
  ],
};

const CONTENT: Record<string, string[]> = {
  'must be an object with "leads"': ['[]', '1', '"a"', 'null ', 'true'],
  '"leads" is missing': ['{}', '{"id":"a"}', '{"signal":[1]}'],
  '"leads" must be an array': ['{"leads":null}', '{"leads":{}}', '{"leads":"I"}', '{"leads":5}'],
  'at least one lead': ['{"leads":[]}', '{"leads":[ ]}'],
  '"leads\\[0\\]" must be an object': ['{"leads":[1]}', '{"leads":[[1]]}', '{"leads":[null]}', '{"leads":["I"]}'],
  'has no "name"': [lead('"signal":[1]'), lead('"signal":[1],"Name":"I"')],
  'has no "signal"': [lead('"name":"I"')],
  '"leads\\[0\\].name" must be': [
    '""',
    '" "',
    '"\\u00a0\\n"',
    '1',
    'null',
    'true',
    '{"$ne":null}',
    '["I"]',
    `"${'x'.repeat(201)}"`,
  ].map((name) => lead(`"signal":[1],"name":${name}`)),
  'are both named "I"': ['{"leads":[{"name":"I","signal":[1]},{"signal":[2],"name":" I "}]}'],
  '"leads\\[0\\].signal" must be an array': ['null', '5', '"1,2"', '{}', '{"0":1}'].map((signal) =>
    lead(`"name":"I","signal":${signal}`),
  ),
  'at least one sample': [lead('"name":"I","signal":[]'), lead('"name":"I","signal":[ \n ]')],
  'not a string': [
    lead('"name":"I","signal":["1"]'),
    lead('"name":"I","signal":[1,"2"]'),
    lead('"name":"I","signal":[1, "2"]'),
  ],
  'not a boolean': [lead('"name":"I","signal":[true]'), lead('"name":"I","signal":[1,false,2]')],
  'not an object': [lead('"name":"I","signal":[1,{"$ne":null}]')],
  'not an array': [lead('"name":"I","signal":[[1,2]]')],
  'occurs twice': [
    root('"id":"a","id":"a"'),
    root('"x":{"y":1,"y":1}'),
    root('"x":[{"a":{"b":1,"\\u0062":2}}]'),
    lead('"name":"I","signal":[1],"signal":[2]'),
    root('"leads":[]'),
    root('"__proto__":1,"__proto__":2'),
  ],
  'declares 3 samples \\("num_samples"\\), but its signal has 2': [
    lead('"name":"I","signal":[1,2],"num_samples":3'),
    lead('"num_samples":3,"name":"I","signal":[1,2]'),
  ],
  'gives 2 samples, but "sample_size" of the same lead gives 3': [
    lead('"name":"I","sample_size":3,"total_samples":2,"signal":[1,2]'),
  ],
  'must be an integer that is not negative': ['-1', '1.5', '"1"', 'true', '[1]', '{}', '1e99'].map((count) =>
    lead(`"number of samples":${count},"name":"I","signal":[1]`),
  ),
  '(leads\\[0\\].)?samplingRate" must be a number of 0.001 to 1,000,000': [
    '0',
    '-500',
    '1e7',
    '"500"',
    '1e999',
    'true',
    '[500]',
    '{"$ne":null}',
  ].flatMap((value) => either('samplingRate', value)),
  'gain" must be a number other than 0': ['0', '-0', '1e-13', '1e13', '"200"', '1e-400', '{}'].flatMap((value) =>
    either('gain', value),
  ),
  'zeroLevel" must be a number': ['1e13', '-1e13', '"0"', '[]', 'false'].flatMap((value) => either('zeroLevel', value)),
  'unit" must be a string of 1 to 32': ['""', '" "', '1', '{}', `"${'x'.repeat(33)}"`].flatMap((value) =>
    either('unit', value),
  ),
  '"id" must be a string of 1 to 200': [
    '""',
    '" "',
    'true',
    '{"$ne":null}',
    '[1]',
    `"${'x'.repeat(201)}"`,
    '1'.repeat(201),
  ].flatMap((value) => field('id', value)),
  '"id" must be a string or an integer': ['1.5', '1e3'].flatMap((value) => field('id', value)),
  '"date" must be an ISO 8601': [
    '20260115',
    '""',
    '"15.01.2026"',
    '"2026-1-5"',
    '"2026-01-15 09:30"',
    '"2026-01-15T09"',
    '"2026-01-15T09:30:00+1"',
    '"2026-01-15Z"',
    '{"$gt":""}',
    'true',
    '" 2026-01-15"',
    '"2026-01-15\\n"',
  ].flatMap((value) => field('date', value)),
  '"date" names a day that does not exist': [
    '"2026-02-30"',
    '"2025-02-29"',
    '"1900-02-29"',
    '"2026-13-01"',
    '"2026-00-10"',
    '"2026-04-31"',
    '"2026-01-00"',
  ].flatMap((value) => field('date', value)),
  '"date" names a time that does not exist': [
    '"2026-01-15T24:00"',
    '"2026-01-15T09:60"',
    '"2026-01-15T09:30:60Z"',
  ].flatMap((value) => field('date', value)),
  '"date" has an offset from UTC that does not exist': [
    '"2026-01-15T09:30:00+25:00"',
    '"2026-01-15T09:30:00+01:60"',
  ].flatMap((value) => field('date', value)),
  '(patient|study)" must be a string of 1 to 100': ['1', '{"$ne":null}', '""', `"${'x'.repeat(101)}"`].flatMap(
    (value) => [...field('patient', value), ...field('study', value)],
  ),
  '"notes" must be a string of at most 10,000': ['1', '[]', `"${'x'.repeat(10_001)}"`].flatMap((value) =>
    field('notes', value),
  ),
  'half of a surrogate pair': [
    root('"notes":"\\ud800"'),
    root('"x":["\\udc00\\ud800"]'),
    root('"\\udfff":1'),
    lead('"name":"a\\ud834","signal":[1]'),
  ],
};

const nested = (open: string, close: string, levels: number): string =>
  root(`"x":${open.repeat(levels)}1${close.repeat(levels)}`);
const leads = (count: number): string =>
  Array.from({ length: count }, (_, at) => `{"name":"${at}","signal":[1]}`).join(',');

describe('JSON uploads that are refused', () => {
  for (const [kind, table] of [
    ['syntax', SYNTAX],
    ['content', CONTENT],
  ] as const) {
    for (const [reason, documents] of Object.entries(table)) {
      it(`say: ${reason}`, async () => {
        for (const document of documents) {
          for (const sizes of [[65536], [1]]) {
            const error = await refusal(document, sizes);
            const shown = document.slice(0, 100);
            expect(error.message, shown).to.match(new RegExp(reason));
            expect(error.kind, shown).to.equal(kind);
            expect(error.format).to.equal('json');
            expect(error.offset, shown).to.be.within(0, bytesOf(document).length);
          }
        }
      });
    }
  }

  it('name the byte where it was noticed, also after characters of several bytes', async () => {
    const document = '{"notes":"éé𝄞","leads":[{"name":"I","signal":[1,true]}]}';
    expect((await refusal(document)).offset).to.equal(bytesOf(document.slice(0, document.indexOf('true'))).length);
  });

  it('are not UTF-8', async () => {
    for (const bad of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const bytes = Uint8Array.from([
        ...bytesOf('{"notes":"'),
        ...bad,
        ...bytesOf('","leads":[{"name":"I","signal":[1]}]}'),
      ]);
      expect((await refusal(bytes)).message).to.match(/not valid UTF-8/);
    }
    expect((await refusal(Uint8Array.from([0xef, 0xbb, 0x7b]))).kind).to.equal('syntax');
    expect((await refusal(Uint8Array.from(Buffer.from('\ufeff{"leads":[]}', 'utf16le')))).kind).to.equal('syntax');
  });

  it('have one lead more than the limit, and are refused before the rest is read', async () => {
    await decode(`{"leads":[${leads(256)}]}`);
    const million = `{"leads":[${leads(300)}${',{"name":"I","signal":[1]}'.repeat(1_000_000)}]}`;
    const error = await refusal(million);
    expect(error.message).to.match(/more than 256 leads/);
    expect(error.offset).to.be.below(10_000);
  });

  it('are nested deeper than the limit, even if nothing of it is kept', async () => {
    await decode(nested('[', ']', LIMITS.maxDepth - 1));
    for (const document of [
      nested('[', ']', LIMITS.maxDepth),
      nested('{"a":', '}', LIMITS.maxDepth),
      '['.repeat(1_000_000),
      root(`"x":${'['.repeat(1_000_000)}`),
      '{"a":'.repeat(1_000_000),
    ]) {
      const { kind, message, offset } = await refusal(document);
      expect([kind, message.includes('deeper than 32') || message.includes('must be an object')]).to.deep.equal([
        'content',
        true,
      ]);
      expect(offset).to.be.below(500);
    }
  });

  it('have more metadata than the limit: one long string, many keys, long keys', async () => {
    const limits = { ...LIMITS, maxMetadataBytes: 20_000 };
    const many = Array.from({ length: 5000 }, (_, at) => `"k${at}":0`).join(',');
    const endless = `{"x":"${'y'.repeat(10_000_000)}`;
    for (const document of [
      root(`"x":"${'y'.repeat(20_001)}"`),
      root(many),
      root(`"x":[{${many}}]`),
      root(`"${'k'.repeat(20_001)}":1`),
      root(`"x":["${'y'.repeat(200_000)}"]`),
      endless,
    ]) {
      const { kind, message, offset } = await refusal(document, [4096], limits);
      expect([kind, message]).to.deep.equal([
        'content',
        'There are more than 20,000 bytes of keys and values besides the signals.',
      ]);
      expect(offset).to.be.below(100_000);
    }
  });
});
