/**
 * The files of a multipart upload, in order of arrival. The main file goes straight to its decoder; files before it are
 * put aside.
 */
import { isUtf8 } from 'node:buffer';
import { Problem } from '../../errors.ts';
import type { Format, UploadFiles } from '../../formats/types.ts';
import type { Part } from '../../http/multipart.ts';
import { Spool } from '../../http/spool.ts';
import { fieldProblem } from '../../http/validate.ts';
import { behindFolders } from '../../text/file-name.ts';
import { pointer } from '../../text/wording.ts';
import type { OriginalWriter } from '../store/original-writer.ts';
import { formatUnknown } from './format-list.ts';
import { type Candidate, candidateOf, mostCertain, unclaimed } from './main-file.ts';
import { ReceivedFile } from './received-file.ts';

/** What a file without a name is called. */
const UNNAMED = '""';
/** A larger file is not put aside while a main file is looked for, if there is a likely one. */
const SMALL = 8 << 20;

interface Received extends Candidate {
  name: string;
  content: ReceivedFile;
  isOpened: boolean;
}

export class ReceivedFiles {
  /** Form fields besides the files, by name. */
  readonly fields = new Map<string, string>();
  readonly #parts: AsyncGenerator<Part, void, void>;
  readonly #maxFieldBytes: number;
  readonly #spool = new Spool();
  /** By lower-case name. */
  readonly #files = new Map<string, Received>();
  #fieldBytes = 0;
  #original: OriginalWriter | null = null;
  /** The file that is arriving now. */
  #arriving: Received | null = null;

  /** @param maxFieldBytes limit for all fields together */
  constructor(parts: AsyncGenerator<Part, void, void>, maxFieldBytes: number) {
    this.#parts = parts;
    this.#maxFieldBytes = maxFieldBytes;
  }

  /**
   * Finds the main file: the first that is certain to be it, or else the most certain of all. The most certain so far
   * is taken before all have arrived if it is large or a large file follows, which can then be decoded as it arrives.
   * Errors: `format-unknown`, `validation-failed`, `recording-invalid`, and those of the body.
   */
  async open(): Promise<{ format: Format; files: UploadFiles }> {
    const main = await this.#main();
    if (this.#files.size === 0) throw invalid('files', 'must have at least 1 file');
    if (!main)
      throw formatUnknown(
        `None of the files (${[...this.#files.values()]
          .slice(0, 5)
          .map(({ name }) => name)
          .join(', ')}) has a known format.`,
      );
    main.isOpened = true;
    return {
      format: main.format,
      files: {
        main: { name: main.name, bytes: main.content.read(this.#spool) },
        open: async (name, again) => this.#open(name, again ?? false),
        others: async () => {
          await this.#receiveAll();
          return unclaimed([...this.#files.values()]);
        },
      },
    };
  }

  /**
   * Reads the rest of the body, so that all fields are known. Files may still be opened.
   * @returns warnings about files that were not needed
   * Errors: `recording-invalid` if one of them is a recording of its own.
   */
  async rest(): Promise<string[]> {
    await this.#receiveAll();
    return needless([...this.#files.values()]);
  }

  /** From now on, keeps every file that is opened. */
  keepIn(original: OriginalWriter): void {
    this.#original = original;
    for (const file of this.#files.values()) if (file.isOpened) file.content.keepIn(original.file(file.name));
  }

  /** Keeps what no decoder has read of these files. To be called after `rest`. */
  async keepRest(): Promise<void> {
    for (const { content } of this.#files.values()) await content.keepRest(this.#spool);
  }

  /** Releases everything. */
  async close(): Promise<void> {
    await this.#parts.return();
    await this.#spool.close();
  }

  async #main(): Promise<(Received & { format: Format }) | null> {
    for (let next = await this.#next(); next; next = await this.#next()) {
      const certain = mostCertain([...this.#files.values()]);
      if (certain?.standing === 'main') return certain;
      const mayBe = certain?.standing === 'likely' || certain?.standing === 'single';
      if (mayBe && !(await next.content.isAtMost(SMALL))) return certain;
      await next.content.setAside(this.#spool);
    }
    return mostCertain([...this.#files.values()]);
  }

  async #receiveAll(): Promise<void> {
    while (await this.#next()) await this.#arrived();
  }

  async #open(name: string, again: boolean): Promise<AsyncIterable<Uint8Array> | null> {
    const key = name.toLowerCase();
    let found = this.#files.get(key) ?? null;
    while (!found) {
      const next = await this.#next();
      if (!next) return null;
      if (next.name.toLowerCase() === key) found = next;
    }
    if (!found.isOpened && this.#original) found.content.keepIn(this.#original.file(found.name));
    found.isOpened = true;
    if (again) await found.content.setAside(this.#spool);
    return found.content.read(this.#spool);
  }

  /** The next file of the body, of which only the head is read; fields before it are kept. Null at the end. */
  async #next(): Promise<Received | null> {
    await this.#arrived();
    for (
      let { value: part, done } = await this.#parts.next();
      done !== true && part;
      { value: part, done } = await this.#parts.next()
    ) {
      if (part.fileName === null) {
        await this.#field(part);
        continue;
      }
      if (part.name !== 'files') throw invalid(part.name, 'must not be a file: files are sent in the field "files"');
      const name = behindFolders(part.fileName);
      if (this.#files.has(name.toLowerCase())) throw invalid('files', `has two files named ${name || UNNAMED}`);
      const content = await ReceivedFile.begin(part.bytes);
      // Browsers send such a part for a field without a file.
      if (name === '' && content.head.length === 0) continue;
      this.#arriving = { name, ...candidateOf(name, content.head), content, isOpened: false };
      this.#files.set(name.toLowerCase(), this.#arriving);
      return this.#arriving;
    }
    return null;
  }

  /** Puts the unread part of the arriving file aside, so that what follows it can be read. */
  async #arrived(): Promise<void> {
    await this.#arriving?.content.setAside(this.#spool);
    this.#arriving = null;
  }

  async #field(part: Part): Promise<void> {
    if (part.name === 'files') throw invalid('files', 'must be a file');
    if (this.fields.has(part.name)) throw invalid(part.name, 'must be given only once');
    const bytes: Uint8Array[] = [];
    for await (const piece of part.bytes) {
      this.#fieldBytes += piece.length;
      if (this.#fieldBytes > this.#maxFieldBytes)
        throw new Problem(
          'body-too-large',
          `All fields other than files may have at most ${this.#maxFieldBytes} bytes together (setting ` +
            'MAX_METADATA_BYTES).',
        );
      bytes.push(piece);
    }
    this.fields.set(part.name, utf8(part.name, Buffer.concat(bytes)));
  }
}

/**
 * Warnings about files that no decoder has opened, each once.
 * Errors: `recording-invalid` if one of them is a recording of its own.
 */
export function needless(files: readonly Omit<Received, 'content'>[]): string[] {
  const unwanted = files.filter((file) => !file.isOpened);
  const another = unwanted.find((file) => file.format !== null);
  if (another) throw new Problem('recording-invalid', aboutAnother(another));
  for (const file of unwanted) file.isOpened = true;
  return unwanted.map(({ name }) => `the file ${name || UNNAMED} was not needed and was not kept`);
}

/** Why a file cannot come along, and what to do. */
function aboutAnother({ name, format, standing }: Candidate & { name: string }): string {
  const called = name || UNNAMED;
  if (standing === 'possible')
    return `${called} (${format?.title}) is no part of this recording by its name: send it with the one it belongs to.`;
  const asPart =
    standing === 'main' && format?.isMain ? ', or as the first file, if other files of this upload are its parts' : '';
  return `${called} is a separate recording (${format?.title}): send it in a separate upload${asPart}.`;
}

function utf8(field: string, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw invalid(field, 'must be UTF-8');
  return Buffer.from(bytes).toString();
}

const invalid = (field: string, message: string): Problem => fieldProblem([{ path: pointer([field]), message }]);
