/** The stages of an upload that are streams: what each of them lets through, and when. */
import { expect } from 'chai';
import { Problem } from '../../../../src/errors.ts';
import { decode, type Events } from '../../../../src/ecgs/upload/decode.ts';
import { describe as described } from '../../../../src/ecgs/upload/describe.ts';
import { guard } from '../../../../src/ecgs/upload/guard.ts';
import type { UploadMetadata } from '../../../../src/ecgs/upload/metadata.ts';
import { alone, ownFile } from '../../../../src/ecgs/upload/source.ts';
import { edf } from '../../../../src/formats/edf/index.ts';
import { json } from '../../../../src/formats/json/index.ts';
import { type DecodedRecording, type Format, FormatError } from '../../../../src/formats/types.ts';
import { decoded } from '../../../support/decoded.ts';

const LIMITS = { maxChannels: 1, maxNameLength: 1, maxMetadataBytes: 1, maxDepth: 1 };
const [ONE, TWO] = [
  { samples: [1, -1], externalId: 'a', notes: 'of the file' },
  { samples: [2, -2], externalId: 'a', warnings: ['of the file'] },
];

/** The kinds of events until a stage ends or fails, the recordings among them, and the error. */
async function run(events: Events): Promise<{ kinds: string[]; recordings: DecodedRecording[]; error: unknown }> {
  const [kinds, recordings]: [string[], DecodedRecording[]] = [[], []];
  try {
    for await (const event of events) {
      kinds.push(event.kind);
      if (event.kind === 'recording') recordings.push(event.recording);
    }
    return { kinds, recordings, error: null };
  } catch (error) {
    return { kinds, recordings, error };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
const sayNothing = async () => ({ said: {}, warnings: [] });
/** A decoder that yields a recording and then fails. */
const failing = (error: Error) =>
  async function* (): Events {
    yield* decoded(ONE);
    throw error;
  };

/** The error that the stage `decode` makes of a decoder's error. */
const outcome = async (error: Error): Promise<unknown> =>
  (await run(decode(ownFile({ ...json, decode: failing(error) }, nothing(), LIMITS)))).error;

const A_RECORDING = ['samples', 'channel-end', 'samples', 'channel-end', 'recording'];

/** What is told of a file with this date. */
const warningsOf = async (date: string | null, format: Format, said: UploadMetadata = {}): Promise<string[]> => {
  const source = { format, rest: async () => ({ said, warnings: [] }), files: alone(nothing()) };
  return (await run(described(decoded({ samples: [1], date }), source))).recordings[0]!.warnings;
};

describe('the stages of an upload', () => {
  it('decode: report what a decoder has found as a problem, with its place, and pass everything else on', async () => {
    const told = async (kind: 'syntax' | 'content', format: string): Promise<unknown[]> => {
      const problem = (await outcome(new FormatError(format, kind, 17, 'it is wrong'))) as Problem;
      return [problem.code, problem.message];
    };
    expect(await told('syntax', 'json')).to.deep.equal(['malformed-json', 'it is wrong (at byte 17)']);
    expect(await told('syntax', 'edf')).to.deep.equal(['malformed-file', 'it is wrong (at byte 17)']);
    expect(await told('content', 'json')).to.deep.equal(['recording-invalid', 'it is wrong (at byte 17)']);
    const other = new Error('the line was cut');
    expect(await outcome(other)).to.equal(other);
  });

  it('describe: receive the rest of the upload when a recording ends, and no sooner', async () => {
    const seen: string[] = [];
    const rest = async () => {
      seen.push('rest');
      return { said: { notes: 'of the sender' }, warnings: ['of the form'] };
    };
    const { kinds, recordings } = await run(
      described(decoded(ONE, TWO), { format: edf, rest, files: alone(nothing()) }),
    );
    expect(kinds).to.deep.equal([...A_RECORDING, ...A_RECORDING]);
    expect(seen).to.deep.equal(['rest', 'rest']);
    expect(recordings.map(({ externalId, notes, warnings }) => [externalId, notes, warnings])).to.deep.equal([
      ['a', 'of the sender', ['of the form']],
      ['a#2', 'of the sender', ['of the file', 'of the form']],
    ]);
  });

  it('describe: tell that a day without a time was taken as midnight, unless the sender says the date', async () => {
    expect(await warningsOf('2026-01-15', edf)).to.deep.equal([
      'The file says that it was recorded on 2026-01-15, but not at what time: midnight was taken as its start. ' +
        'Another one can be given with the parameter date.',
    ]);
    expect(await warningsOf('2026-01-15T09:30:00', edf)).to.deep.equal([]);
    expect(await warningsOf(null, edf)).to.deep.equal([]);
    expect(await warningsOf('2026-01-15', json)).to.deep.equal([]);
    expect(await warningsOf('2026-01-15', edf, { date: '2026-01-15T09:30:00Z' })).to.deep.equal([]);
  });

  it('guard: let a recording end only while its user may upload', async () => {
    const refusal = new Problem('token-invalid', 'The account is gone.');
    let asked = 0;
    const once = async (): Promise<void> => {
      asked += 1;
      if (asked === 2) throw refusal;
    };
    const { kinds, error } = await run(guard(decoded(ONE, TWO), once));
    expect(kinds).to.deep.equal([...A_RECORDING, ...A_RECORDING.slice(0, -1)]);
    expect(error).to.equal(refusal);
  });

  it('end the stages before them when they end', async () => {
    let isClosed = false;
    async function* endless(): Events {
      try {
        for (;;) yield* decoded(ONE);
      } finally {
        isClosed = true;
      }
    }
    for await (const { kind } of guard(
      described(endless(), { format: json, rest: sayNothing, files: alone(nothing()) }),
      async () => undefined,
    )) {
      if (kind === 'recording') break;
    }
    expect(isClosed).to.equal(true);
  });
});
