/** The list of formats in error messages. */
import { Problem } from '../../errors.ts';
import { FORMATS } from '../../formats/registry.ts';

/** @param what was sent, as a sentence */
export function formatUnknown(what: string): Problem {
  const known = FORMATS.filter((format) => format.decode !== null).map(
    ({ title, extensions }) => `${title} (${extensions.join(', ')})`,
  );
  return new Problem('format-unknown', `${what} Known formats: ${known.join('; ')}. GET /formats tells more.`);
}
