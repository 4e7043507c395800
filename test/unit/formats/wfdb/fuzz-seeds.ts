/**
 * Small WFDB records for the fuzzer: every sample format, several files and rates, segments of both layouts,
 * annotations.
 */
import { SAMPLE_FORMATS } from '../../../../src/formats/wfdb/sample-formats.ts';
import { encodeWfdb } from '../../../../src/formats/wfdb/encode.ts';
import { encodeFiles, type Files, writable } from '../../../support/formats.ts';
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { uniform } from '../../../support/signals.ts';
import { text } from './support.ts';

const DICTIONARY = [
  '~',
  '#',
  '/',
  'x99999999',
  ':99999999',
  '+99999999',
  '0(',
  ')/mV',
  '-1',
  '1e308',
  '0',
  'NaN',
  '99999999999999999999',
  ' ',
  '\n',
  '\r',
  '.hea',
  's_1',
  '516',
  '212',
  '310',
  '\0\0',
  '\x00\xec',
  '\xff\xff',
];

const segment = (name: string): Uint8Array =>
  text(`${name} 2 100 10`, 's.dat 16 100/mV 16 0 0', 's.dat 16 100/mV 16 0 0');

export async function wfdbSeeds(): Promise<FuzzSeed[]> {
  const random = uniform(77);
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(random() * 256));
  const plain = Object.entries(SAMPLE_FORMATS).map(([format, { bytes, samples }]) =>
    seed({
      'r.hea': text(
        `r 2 360 ${samples * 20} 10:00:00 01/02/2003`,
        `r.dat ${format} 200(12)/mV 12 0 5`,
        `r.dat ${format} 0 12 0 5`,
        '# sex: m',
      ),
      'r.dat': noise(bytes * 40),
    }),
  );
  const { recording, read } = writable(
    [{ values: Array.from(noise(40)) }, { values: Array.from(noise(80)), samplingRate: 1000 }],
    {
      annotations: Array.from({ length: 30 }, (_, i) => ({
        at: i * i,
        duration: null,
        channel: i % 3 === 0 ? 1 : null,
        code: i % 2 === 0 ? 'N' : '+',
        text: i % 5 === 0 ? 'text' : null,
      })),
      notes: 'sex: f',
    },
  );
  const written = await encodeFiles(encodeWfdb, { recording, read });
  return [
    ...plain,
    seed({
      'r.hea': text('r 3 100 20', 'a.dat 16x3:2+8 200', 'a.dat 16x1+8 200', 'b.dat 212 200'),
      'a.dat': noise(200),
      'b.dat': noise(30),
    }),
    seed({ 'r.hea': text('r 1 100', 'a.dat 310'), 'a.dat': noise(40) }),
    seed({ 'r.hea': text('r/3 2 100 30', 's_1 10', '~ 10', 's_1 10'), 's_1.hea': segment('s_1'), 's.dat': noise(40) }),
    seed({
      'r.hea': text('r/3 2 100 30', 'l 0', 's_1 10', 's_2 20'),
      'l.hea': text('l 2 100 0', '~ 0 100/mV 0 0 0 0 0 A', '~ 0 50(3)/mV 0 0 0 0 0 B'),
      's_1.hea': text('s_1 1 100 10', 's.dat 16 100/mV 0 0 0 0 0 B'),
      's_2.hea': text('s_2 1 100 20', 't.dat 80 100/mV 0 0 0 0 0 A'),
      's.dat': noise(20),
      't.dat': noise(20),
    }),
    {
      ...seed(written, `${recording.id}.hea`),
      boundaries: {
        ...boundaries(written),
        [`${recording.id}.atr`]: Array.from({ length: written[`${recording.id}.atr`]!.length / 2 }, (_, i) => i * 2),
      },
    },
  ];
}

const seed = (files: Files, main = 'r.hea'): FuzzSeed => ({
  files,
  main,
  dictionary: DICTIONARY.map((word) => Buffer.from(word, 'latin1')),
  boundaries: boundaries(files),
});

/** Positions in headers where a word begins or ends. */
function boundaries(files: Files): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => name.endsWith('.hea'))
      .map(([name, bytes]) => [
        name,
        [
          ...Buffer.from(bytes)
            .toString('latin1')
            .matchAll(/[^\s/():x+]+/g),
        ].flatMap(({ index, 0: word }) => [index, index + word.length]),
      ]),
  );
}
