/** The files of resumable uploads, which are stored already: they can be read in any order, and any number of times. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Problem } from '../../errors.ts';
import { type DecoderLimits, HEAD_BYTES, type UploadFiles } from '../../formats/types.ts';
import { fieldProblem } from '../../http/validate.ts';
import type { Claim } from '../../uploads/claim.ts';
import type { StoredUpload } from '../../uploads/model.ts';
import { storedBytes } from '../../uploads/pieces.ts';
import type { Limits } from '../../startup/config.ts';
import { pointer } from '../../text/wording.ts';
import type { OriginalWriter } from '../store/original-writer.ts';
import { formatUnknown } from './format-list.ts';
import { type Candidate, candidateOf, mostCertain, unclaimed } from './main-file.ts';
import type { UploadMetadata } from './metadata.ts';
import { needless } from './received-files.ts';
import type { Source } from './source.ts';

interface StoredFile extends Candidate {
  upload: StoredUpload;
  name: string;
  isOpened: boolean;
}

/**
 * Opens claimed uploads as the files of one recording.
 * @param said what the request states with them
 * Errors: `format-unknown`, `validation-failed`.
 */
export async function openStored(
  database: Connection,
  claim: Claim,
  said: UploadMetadata,
  limits: Limits & DecoderLimits,
): Promise<Source> {
  assertNames(claim.uploads);
  const files: StoredFile[] = [];
  for (const upload of claim.uploads) {
    const name = upload.name ?? '';
    files.push({ upload, name, ...candidateOf(name, await headOf(database, upload)), isOpened: false });
  }
  const main = mostCertain(files);
  if (!main) throw formatUnknown(unknown(files));
  const inOrder = new Set<StoredFile>();
  const open = (file: StoredFile): AsyncIterable<Uint8Array> => {
    file.isOpened = true;
    inOrder.add(file);
    return counted(database, claim, file.upload);
  };
  let original: OriginalWriter | null = null;
  const opened: UploadFiles = {
    main: { name: main.upload.name, bytes: open(main) },
    open: async (name) => {
      const found = files.find((file) => file.name.toLowerCase() === name.toLowerCase());
      return found ? open(found) : null;
    },
    others: async () => unclaimed(files),
  };
  return {
    format: main.format,
    files: opened,
    limits,
    rest: async () => ({ said, warnings: needless(files) }),
    keepIn: (writer) => {
      original = writer;
    },
    keepRest: async () => keepOpened(database, [...inOrder], original),
    close: async () => undefined,
  };
}

/** Copies the files that were opened, unless they are too large together. */
async function keepOpened(
  database: Connection,
  opened: readonly StoredFile[],
  original: OriginalWriter | null,
): Promise<void> {
  original?.announce(opened.reduce((sum, { upload }) => sum + upload.length, 0));
  for (const { upload } of opened) {
    const keeping = original?.file(upload.name);
    if (!keeping?.isWanted) return;
    for await (const bytes of storedBytes(database, upload)) await keeping.write(bytes);
    await keeping.end();
  }
}

function unknown(files: readonly StoredFile[]): string {
  if (files.every(({ upload }) => upload.length === 0))
    return files.length === 1 ? 'The file is empty.' : 'The files are empty.';
  if (files.length === 1) return 'The format of the file is not known.';
  const names = files.slice(0, 5).map(({ name }) => name);
  return `None of the files (${names.join(', ')}) has a known format.`;
}

/** Files of one recording are found by their names. Errors: `validation-failed`. */
function assertNames(uploads: readonly StoredUpload[]): void {
  if (uploads.length === 1) return;
  const taken = new Set<string>();
  for (const [i, { name }] of uploads.entries()) {
    const fault = (message: string): Problem => fieldProblem([{ path: pointer(['uploads', i]), message }]);
    if (name === null) throw fault('has no filename in its Upload-Metadata');
    if (taken.has(name.toLowerCase())) throw fault(`is another file named ${name}`);
    taken.add(name.toLowerCase());
  }
}

async function headOf(database: Connection, upload: StoredUpload): Promise<Uint8Array> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of storedBytes(database, upload)) {
    held.push(bytes);
    length += bytes.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(held).subarray(0, HEAD_BYTES);
}

/** Bytes that are handed on at once: parsers work on all of them before others get a turn. */
const PORTION = 65_536;

async function* counted(database: Connection, claim: Claim, upload: StoredUpload): AsyncGenerator<Uint8Array> {
  for await (const bytes of storedBytes(database, upload)) {
    for (let at = 0; at < bytes.length; at += PORTION) {
      const portion = bytes.subarray(at, at + PORTION);
      claim.hasRead(upload, portion.length);
      yield portion;
      await nextTurn();
    }
  }
}
