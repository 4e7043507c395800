/** Stage 2 of an upload: adds what the sender says to what the files say. */
import type { Events } from './decode.ts';
import { keptFileName } from '../../text/file-name.ts';
import { type DescribedRecording, withMetadata } from './metadata.ts';
import type { Source } from './source.ts';

/**
 * Completes recordings; all other events pass unchanged.
 * Errors: `validation-failed`, and those of the source.
 */
export async function* describe(decoded: Events, source: Pick<Source, 'format' | 'files' | 'rest'>): Events {
  const taken = new Set<string>();
  // True of every recording of the upload, though the source tells it only once.
  const beside = new Set<string>();
  for await (const event of decoded) {
    if (event.kind !== 'recording') {
      yield event;
      continue;
    }
    const { said, warnings } = await source.rest();
    for (const warning of warnings) beside.add(warning);
    const fileName = keptFileName(said.fileName ?? source.files.main.name);
    const recording: DescribedRecording = { ...withMetadata(event.recording, said, taken), fileName };
    // In our own JSON, it is the sender who gives a day only.
    const ofFile = source.format.id === 'json' || said.date != null ? null : event.recording.date;
    const all = [...recording.warnings, ...aboutDay(ofFile), ...beside];
    yield { kind: 'recording', recording: { ...recording, warnings: all } };
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A day is stored as its beginning. */
const aboutDay = (date: string | null): string[] =>
  DAY.test(date ?? '')
    ? [
        `The file says that it was recorded on ${date}, but not at what time: midnight was taken as its start. ` +
          'Another one can be given with the parameter date.',
      ]
    : [];
