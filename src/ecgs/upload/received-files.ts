/**
 * The files of a multipart upload, in order of arrival. The main file goes straight to its decoder; files before it are
 * put aside.
 */
import { isUtf8 } from 'node:buffer';
import { Problem } from '../../errors.ts';
import { formatOf } from '../../formats/registry.ts';
import { type Format, HEAD_BYTES, type UploadFiles } from '../../formats/types.ts';
import type { Part } from '../../http/multipart.ts';
import { Spool } from '../../http/spool.ts';
import { fieldProblem } from '../../http/validate.ts';
import { behindFolders } from '../../text/file-name.ts';
import { pointer } from '../../text/wording.ts';
import type { Keeping, OriginalWriter } from '../store/original-writer.ts';
import { formatUnknown } from './format-list.ts';

interface Received {
  name: string;
  /** The format it would have as the main file. */
  format: Format | null;
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
   * Finds the main file: the first of a known format that no other file can refer to, or else the first of a known
   * format.
   * Errors: `format-unknown`, `validation-failed`, `recording-invalid`, and those of the body.
   */
  async open(): Promise<{ format: Format; files: UploadFiles }> {
    let main: Received | null = null;
    while (!main) {
      const next = await this.#next();
      if (!next) break;
      if (next.format && (next.format.isMain?.(next.content.head) ?? true)) main = next;
      else await next.content.setAside(this.#spool);
    }
    main ??= [...this.#files.values()].find((file) => file.format !== null) ?? null;
    if (this.#files.size === 0) throw invalid('files', 'must have at least 1 file');
    if (!main?.format)
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
      },
    };
  }

  /**
   * Reads the rest of the body, so that all fields are known. Files may still be opened.
   * @returns warnings about files that were not needed
   * Errors: `recording-invalid` if one of them is a recording of its own.
   */
  async rest(): Promise<string[]> {
    while (await this.#next()) await this.#arrived();
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
      if (this.#files.has(name.toLowerCase())) throw invalid('files', `has two files named ${name}`);
      const content = await ReceivedFile.begin(part.bytes);
      this.#arriving = { name, format: formatOf(content.head), content, isOpened: false };
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
export function needless(files: readonly Pick<Received, 'name' | 'format' | 'isOpened'>[]): string[] {
  const unwanted = files.filter((file) => !file.isOpened);
  const another = unwanted.find((file) => file.format !== null);
  if (another)
    throw new Problem(
      'recording-invalid',
      `${another.name} is a separate recording (${another.format?.title}): send it in a separate upload.`,
    );
  for (const file of unwanted) file.isOpened = true;
  return unwanted.map(({ name }) => `the file ${name} was not needed and was not kept`);
}

function utf8(field: string, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw invalid(field, 'must be UTF-8');
  return Buffer.from(bytes).toString();
}

const invalid = (field: string, message: string): Problem => fieldProblem([{ path: pointer([field]), message }]);

/** One file: what has been received and not yet read, and the rest, from the network or from where it was put aside. */
export class ReceivedFile {
  /** At most `HEAD_BYTES`. */
  readonly head: Uint8Array;
  #held: Uint8Array[];
  readonly #rest: AsyncIterator<Uint8Array>;
  #aside: { from: number; to: number } | null = null;
  #isOver = false;
  #keeping: Keeping | null = null;
  /** Whether its bytes are kept when they are taken; if not, they are all in the spool. */
  #isKeptAtOnce = false;
  #isKept = false;

  private constructor(held: Uint8Array[], rest: AsyncIterator<Uint8Array>) {
    this.head = Buffer.concat(held).subarray(0, HEAD_BYTES);
    this.#held = held;
    this.#rest = rest;
  }

  /** Reads the head. */
  static async begin(bytes: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
    const rest = bytes[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    for (let length = 0; length < HEAD_BYTES;) {
      const { value, done } = await rest.next();
      if (done === true) break;
      held.push(value);
      length += value.length;
    }
    return new ReceivedFile(held, rest);
  }

  /** Keeps the file. To be called before it is read; what has been put aside is kept by `keepRest`. */
  keepIn(keeping: Keeping): void {
    this.#keeping = keeping;
    this.#isKeptAtOnce = this.#aside === null;
  }

  /** Keeps what no reader has taken. */
  async keepRest(spool?: Spool): Promise<void> {
    if (!this.#keeping?.isWanted || this.#isKept) return;
    if (this.#isKeptAtOnce) {
      while (await this.#take());
      return;
    }
    const { from, to } = this.#aside ?? { from: 0, to: 0 };
    if (spool) for await (const piece of spool.read(from, to)) await this.#keeping.write(piece);
    await this.#keepEnd();
  }

  async #keepEnd(): Promise<void> {
    if (this.#isKept) return;
    this.#isKept = true;
    await this.#keeping?.end();
  }

  /** Moves the unread rest to the spool, unless its reader has stopped. */
  async setAside(spool: Spool): Promise<void> {
    if (this.#isOver) await this.keepRest();
    if (this.#aside || this.#isOver) return;
    const from = spool.length;
    for (let piece = await this.#take(); piece; piece = await this.#take()) await spool.append(piece);
    this.#aside = { from, to: spool.length };
  }

  /** Reads from the beginning, or from where an earlier reader of a streamed file stopped. */
  async *read(spool?: Spool): AsyncGenerator<Uint8Array, void, void> {
    if (!this.#aside) {
      try {
        for (let piece = await this.#take(); piece; piece = await this.#take()) {
          yield piece;
          if (this.#aside) break;
        }
      } finally {
        this.#isOver = !this.#aside;
      }
    }
    if (this.#aside && spool)
      yield* spool.read((this.#aside as { from: number }).from, (this.#aside as { to: number }).to);
  }

  async #take(): Promise<Uint8Array | null> {
    const piece = this.#held.shift() ?? (await this.#next());
    if (this.#keeping && this.#isKeptAtOnce) await (piece ? this.#keeping.write(piece) : this.#keepEnd());
    return piece;
  }

  async #next(): Promise<Uint8Array | null> {
    const { value, done } = await this.#rest.next();
    return done === true ? null : value;
  }
}
