/** Stage 1 of an upload: turns files into events. */
import { Problem } from '../../errors.ts';
import { type DecoderEvent, FormatError } from '../../formats/types.ts';
import type { Source } from './source.ts';

/** The parts of a recording as they arrive, then the recording itself; this repeats for each recording. */
export type Events = AsyncGenerator<DecoderEvent, void, void>;

/** Errors: `malformed-json`, `malformed-file`, `recording-invalid`, and those of the source. */
export async function* decode({ format, files, limits }: Source): Events {
  if (!format.decode) throw new Error(`${format.id} has no decoder`);
  try {
    yield* format.decode(files, limits);
  } catch (error) {
    throw error instanceof FormatError ? told(error) : error;
  }
}

function told({ format, kind, offset, message }: FormatError): Problem {
  const where = offset === null ? '' : ` (at byte ${offset})`;
  const syntax = format === 'json' ? 'malformed-json' : 'malformed-file';
  return new Problem(kind === 'syntax' ? syntax : 'recording-invalid', `${message}${where}`);
}
