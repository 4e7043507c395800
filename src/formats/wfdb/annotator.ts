/**
 * Finds the annotation file of a record. Its extension is the name of an annotator, which may be any: `atr` by
 * convention for reference annotations, `qrs`, `ecg` and many others.
 */
import { figure } from '../common/messages.ts';
import { wholeFile } from '../common/whole-file.ts';
import { type Annotation, type DecoderEvent, FormatError, type UploadFiles } from '../types.ts';
import { contentError } from './failure.ts';
import type { Header } from './header.ts';
import { readAnnotations } from './read-annotations.ts';

/** Bytes of an annotation file. */
const MAX_ANNOTATION_BYTES = 16 << 20;
const REFERENCE = 'atr';
const ANNOTATOR = /^[-\w]+$/;

/**
 * Yields the annotations of one annotator, since those of several would count the same beats repeatedly: the reference
 * annotations if there are any, else the first file by name that is an annotation file. The others are named in
 * `warnings`. Files are read last, so that signal files that come first need not wait.
 * @throws FormatError if the reference annotations cannot be read
 */
export async function* annotationsOfRecord(
  files: UploadFiles,
  header: Header,
  channels: number,
  warnings: Set<string>,
): AsyncGenerator<DecoderEvent, void, void> {
  const reference = `${header.record}.${REFERENCE}`;
  const bytes = await files.open(reference);
  let isFound = false;
  if (bytes) {
    const whole = await read(bytes, reference);
    for (const annotations of readAnnotations(whole, reference, header.frameRate, channels))
      yield { kind: 'annotations', annotations };
    isFound = whole.length > 0;
    if (!isFound) warnings.add(`${reference} is empty.`);
  }
  for (const name of await candidates(files, header.record)) {
    const runs = await runsOf(files, name, header.frameRate, channels);
    if (typeof runs === 'string') {
      warnings.add(`${name} was not kept: it is not a readable annotation file (${runs}).`);
    } else if (isFound) {
      warnings.add(
        `${name} is a further annotation file of the record and was not kept: attach it to the recording to keep both.`,
      );
    } else {
      isFound = true;
      warnings.add(`The annotations are those of ${name}.`);
      for (const annotations of runs) yield { kind: 'annotations', annotations };
    }
  }
}

/** Files of the upload that are named after the record and an annotator, by name. */
async function candidates(files: UploadFiles, record: string): Promise<string[]> {
  const prefixes = [record, files.main.name?.replace(/\.[^.]*$/, '') ?? record].map((name) => `${name}.`.toLowerCase());
  const others = (await files.others?.()) ?? [];
  return others
    .filter((name) =>
      prefixes.some((prefix) => name.toLowerCase().startsWith(prefix) && ANNOTATOR.test(name.slice(prefix.length))),
    )
    .toSorted();
}

/** All annotations of a file; the reason, if it is not an annotation file. */
async function runsOf(
  files: UploadFiles,
  name: string,
  frameRate: number,
  channels: number,
): Promise<Annotation[][] | string> {
  try {
    const bytes = await files.open(name);
    const whole = bytes ? await read(bytes, name) : new Uint8Array(0);
    if (whole.length === 0) return `${name} is empty`;
    return [...readAnnotations(whole, name, frameRate, channels, true)];
  } catch (error) {
    if (error instanceof FormatError) return error.message.replace(/\.$/, '');
    throw error;
  }
}

const read = (bytes: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> =>
  wholeFile(bytes, MAX_ANNOTATION_BYTES, () =>
    contentError(MAX_ANNOTATION_BYTES, `${name} is longer than ${figure(MAX_ANNOTATION_BYTES)} bytes.`),
  );
