/** Reads an annotation file in MIT format (such as `.atr`; annot(5) of the WFDB Applications Guide). */
import { figure } from '../common/messages.ts';
import { utf8OrLatin1 } from '../common/utf8-or-latin1.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { AUX, CHN, MNEMONICS, NOTE, NOT_QRS, NUM, SKIP, SUB } from './annotation-codes.ts';
import { contentError } from './failure.ts';

/** An annotation whose text may still follow. */
interface Pending {
  tick: number;
  code: number;
  channel: number | null;
  text: string | null;
}

/** Remarks at the beginning that describe the file itself. */
const RESOLUTION = /^## time resolution: *(\d+(?:\.\d+)?)\s*$/;
const DEFINITIONS_BEGIN = '## annotation type definitions';
const DEFINITIONS_END = '## end of definitions';
const DEFINITION = /^(\d{1,2}) (\S+)/;

/**
 * Runs of annotations, in order of time.
 * @param name of the file, for messages
 * @param frameRate in Hz: the unit of times, unless the file says otherwise
 * @param channels of the record
 * @param isGuessed whether only its name suggests that it is such a file: then it must end with the format's end mark
 * @throws FormatError if the file ends within an annotation, or goes back in time
 */
export function* readAnnotations(
  bytes: Uint8Array,
  name: string,
  frameRate: number,
  channels: number,
  isGuessed = false,
): Generator<Annotation[], void, void> {
  const words = new Words(bytes, name);
  const mnemonics: Record<number, string> = { ...MNEMONICS };
  let ticksPerSecond = frameRate;
  let isDefining = false;
  let run: Annotation[] = [];
  let tick = 0;
  let last = -Infinity;
  let channel: number | null = null;
  let pending: Pending | null = null;

  const done = (): void => {
    if (!pending) return;
    const { code, text } = pending;
    const isAboutFile = code === NOTE && pending.tick === 0 && (isDefining || (text ?? '').startsWith('##'));
    if (isAboutFile) describeFile(text ?? '');
    else if (code !== NOT_QRS || text !== null) {
      // Marks before the first sample may follow remarks on the file, but not other marks.
      if (pending.tick < last)
        throw contentError(words.offset, `${name} goes back in time, from ${figure(last)} to ${figure(pending.tick)}.`);
      last = pending.tick;
      run.push({
        at: pending.tick / ticksPerSecond,
        duration: null,
        channel: pending.channel,
        code: code === NOT_QRS ? null : (mnemonics[code] ?? `[${code}]`),
        text,
      });
    }
    pending = null;
  };
  const describeFile = (text: string): void => {
    const resolution = Number(RESOLUTION.exec(text)?.[1] ?? 0);
    if (resolution > 0) ticksPerSecond = resolution;
    if (text.startsWith(DEFINITIONS_BEGIN)) isDefining = true;
    else if (text.startsWith(DEFINITIONS_END)) isDefining = false;
    const [, code, mnemonic] = (isDefining && DEFINITION.exec(text)) || [];
    if (code !== undefined && mnemonic !== undefined) mnemonics[Number(code)] = mnemonic;
  };

  for (let word = words.next(); word !== 0; word = words.next()) {
    const code = word >> 10;
    const value = word & 0x3ff;
    if (code === SKIP) tick += words.long();
    else if (code === CHN) {
      channel = value < channels ? value : null;
      if (pending) pending.channel = channel;
    } else if (code === AUX) {
      const text = words.text(value);
      if (pending) pending.text = text === '' ? null : text;
    } else if (code !== NUM && code !== SUB) {
      done();
      if (run.length === MAX_ANNOTATIONS_A_RUN) {
        yield run;
        run = [];
      }
      tick += value;
      pending = { tick, code, channel, text: null };
    }
  }
  done();
  if (isGuessed && !words.isAtEndMark)
    throw contentError(words.offset, `${name} does not end with the end mark of annotation files.`);
  if (run.length > 0) yield run;
}

/** The file as little-endian words. */
class Words {
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** The next word; 0 at the end of the file, with or without the end mark. */
  next(): number {
    return this.offset === this.#bytes.length ? 0 : this.#byte() | (this.#byte() << 8);
  }

  /** Whether the last word read was the end mark, and nothing but zeros follows. */
  get isAtEndMark(): boolean {
    const last = this.offset - 2;
    return last >= 0 && this.#bytes.subarray(last).every((byte) => byte === 0);
  }

  /** Four bytes in PDP-11 order: the upper two first. */
  long(): number {
    const upper = this.#byte() | (this.#byte() << 8);
    return (upper << 16) | this.#byte() | (this.#byte() << 8);
  }

  /** A text of this many bytes, followed by a padding byte if that is odd. Trailing zeros do not count. */
  text(length: number): string {
    const from = this.offset;
    this.offset += length + (length % 2);
    if (this.offset > this.#bytes.length) throw this.#cut();
    const text = this.#bytes.subarray(from, from + length);
    const end = text.indexOf(0);
    return utf8OrLatin1(end < 0 ? text : text.subarray(0, end)).trim();
  }

  #byte(): number {
    const byte = this.#bytes[this.offset++];
    if (byte === undefined) throw this.#cut();
    return byte;
  }

  #cut(): Error {
    return contentError(this.#bytes.length, `${this.#name} ends inside an annotation.`);
  }
}
