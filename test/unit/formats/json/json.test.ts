/** Compares the decoder of JSON uploads with `JSON.parse` over random documents, chunk sizes and damages. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { RUN } from '../../../../src/formats/common/sample-reader.ts';
import { decodeJson } from '../../../../src/formats/json/decode.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { sampleType } from '../../../../src/signal/samples.ts';
import { chunkSizes, validDocument } from './documents.ts';
import { bytesOf, chunked, decode, LIMITS, reference, type Whole } from './support.ts';

const SEED = 20260115;
const strict = new TextDecoder('utf-8', { fatal: true });

/** The types in which a signal is yielded, and a last sample not followed by a comma. */
async function widths(signal: number[]): Promise<string[]> {
  const types = new Set<string>();
  const document = new TextEncoder().encode(JSON.stringify({ leads: [{ name: 'I', signal: [...signal, 1] }] }));
  for await (const event of decodeJson(
    { main: { name: null, bytes: chunked(document, [document.length]) }, open: async () => null },
    LIMITS,
  ))
    if (event.kind === 'samples') types.add(sampleType(event.samples));
  return [...types].toSorted();
}

function same(decoded: Whole, expected: Whole): void {
  expect(decoded.recording).to.deep.equal(expected.recording);
  expect(decoded.samples.length).to.equal(expected.samples.length);
  for (const [channel, samples] of expected.samples.entries()) {
    const actual = decoded.samples[channel] as number[];
    if (actual.length !== samples.length || samples.some((value, at) => !Object.is(value, actual[at])))
      expect(actual).to.deep.equal(samples);
  }
}

describe('The decoder of JSON uploads', () => {
  it('gives what JSON.parse gives, for any document in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(validDocument, chunkSizes, async (document, sizes) =>
        same(await decode(document, sizes), reference(JSON.parse(document)) as Whole),
      ),
      { seed: SEED, numRuns: 400 },
    );
  });

  it('gives the same result for every position of a single cut', async () => {
    const [document] = fc.sample(
      validDocument.filter((text) => text.length > 600 && text.length < 1500),
      { seed: SEED, numRuns: 1 },
    ) as [string];
    const bytes = bytesOf(document);
    const expected = reference(JSON.parse(document)) as Whole;
    for (let cut = 1; cut < bytes.length; cut++) same(await decode(bytes, [cut, bytes.length]), expected);
  });

  it('either agrees with JSON.parse or throws a FormatError, however a document is damaged', async () => {
    const outcomes = { accepted: 0, syntax: 0, content: 0 };
    const spoilt = fc.tuple(
      validDocument.map(bytesOf),
      fc.array(
        fc.tuple(
          fc.constantFrom('set', 'cut', 'drop', 'insert', 'double'),
          fc.nat(),
          fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf('{}[]",:\\0-.eE+ntu \n'))),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(spoilt, chunkSizes, async ([bytes, changes], sizes) => {
        const damaged = changes.reduce(spoil, bytes);
        let value: unknown;
        let isJson = true;
        try {
          value = JSON.parse(strict.decode(damaged));
        } catch {
          isJson = false;
        }
        try {
          const decoded = await decode(damaged, sizes);
          expect(isJson, 'accepted what is not JSON').to.equal(true);
          same(decoded, reference(value) as Whole);
          outcomes.accepted++;
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          outcomes[error.kind]++;
          expect(error.offset).to.be.within(0, damaged.length);
          if (!isJson) return;
          expect(error.kind, error.message).to.equal('content');
          // JSON.parse does not report these.
          if (!/occurs twice|surrogate|beyond 2\^53|must be a string or an integer/.test(error.message))
            expect(reference(value), error.message).to.equal(null);
        }
      }),
      { seed: SEED, numRuns: 800 },
    );
    expect(outcomes.accepted).to.be.above(30);
    expect(outcomes.syntax).to.be.above(300);
    expect(outcomes.content).to.be.above(20);
  });

  it('refuses every beginning of a document', async () => {
    const document = '{"id":"a","leads":[{"name":"\\u00e9","signal":[1,-2.5,null,1e2]}],"x":[true,{"y":null}]}';
    for (let length = 0; length < document.length; length++) {
      const error = await decode(document.slice(0, length)).catch((thrown: unknown) => thrown);
      expect(error, document.slice(0, length)).to.be.instanceOf(FormatError).with.property('kind', 'syntax');
    }
    await decode(document);
  });

  it('yields long signals in runs, and every lead in its own', async () => {
    const integers = Array.from({ length: 2 * RUN + 5 }, (_, at) => ((at * 7919) % 20011) - 10000);
    for (const signal of [
      integers,
      integers.map((value) => value / 4),
      integers.map((value, at) => (at === 70 ? null : value * 1000)),
      integers.map((value, at) => (at === RUN ? 0.5 : value)),
    ]) {
      const document = JSON.stringify({
        leads: [
          { signal, name: 'I', num_samples: signal.length },
          { name: 'II', signal: signal.slice(0, RUN) },
          { name: 'III', signal: [1] },
        ],
      });
      for (const sizes of [[65536], [1000], [document.length]]) {
        const { samples, runs } = await decode(document, sizes);
        expect(Math.max(...runs)).to.be.at.most(RUN);
        expect(runs.reduce((sum, length) => sum + length)).to.equal(3 * RUN + 6);
        expect(samples[0]).to.deep.equal(signal.map((value) => value ?? NaN));
        expect(samples[1]).to.deep.equal(samples[0]!.slice(0, RUN));
      }
    }
  });

  it('yields short integers as integers, with 16 bits if that is enough and no marker occurs', async () => {
    expect(await widths([1, -32767, 32767])).to.deep.equal(['float64', 'int16']);
    for (const wide of [-32768, 32768, 99_999_999, -99_999_999])
      expect(await widths([wide])).to.deep.equal(['float64', 'int32']);
    for (const other of [100_000_000, 0.5]) expect(await widths([other])).to.deep.equal(['float64']);
  });
});

type Change = [kind: string, place: number, byte: number];

function spoil(bytes: Uint8Array, [kind, where, byte]: Change): Uint8Array {
  const place = bytes.length === 0 ? 0 : where % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'set':
      return Uint8Array.from([...before, byte, ...after.subarray(1)]);
    case 'drop':
      return Uint8Array.from([...before, ...after.subarray(1)]);
    case 'insert':
      return Uint8Array.from([...before, byte, ...after]);
    case 'double':
      return Uint8Array.from([...before, ...after.subarray(0, byte), ...after]);
    default:
      return before;
  }
}
