/** Writes an annotation file in MIT format (annot(5) of the WFDB Applications Guide). */
import type { Annotation } from '../types.ts';
import { AUX, CHN, codeOf, MNEMONICS, NOTE, SKIP } from './annotation-codes.ts';

/** Bytes of a text: the limit of the format's readers. */
const MAX_TEXT_BYTES = 255;
/** The longest interval that fits in the annotation's own word. */
const MAX_INTERVAL = 0x3ff;
/** A channel applies until another is named; no record has this one. */
const NO_CHANNEL = 255;
/** Bytes collected before they are yielded. */
const CHUNK = 65_536;

/**
 * Readers take remarks at time 0 for descriptions of the file. There, our remarks use a free code, which is declared to
 * mean the same.
 */
const FIRST_NOTE = 42;
const FIRST_NOTE_DEFINED = [
  '## annotation type definitions',
  `${FIRST_NOTE} ${MNEMONICS[NOTE]} Comment`,
  '## end of definitions',
];

/**
 * @param annotations in order of time; those before the first sample begin with a step back, which readers of the
 * format support
 * @param frameRate Hz
 * @param ticksPerFrame times are rounded to ticks
 */
export async function* writeAnnotations(
  annotations: readonly Annotation[],
  frameRate: number,
  ticksPerFrame: number,
): AsyncGenerator<Uint8Array, void, void> {
  const ticksPerSecond = frameRate * ticksPerFrame;
  let bytes: number[] = [];
  const word = (code: number, value: number): void => {
    const all = (code << 10) | value;
    bytes.push(all & 0xff, all >> 8);
  };
  const aux = (text: Uint8Array): void => {
    word(AUX, text.length);
    bytes.push(...text, ...(text.length % 2 === 1 ? [0] : []));
  };
  /** The upper two bytes first. */
  const skip = (ticks: number): void => {
    word(SKIP, 0);
    bytes.push((ticks >> 16) & 0xff, (ticks >> 24) & 0xff, ticks & 0xff, (ticks >> 8) & 0xff);
  };
  const isFirstNote = ({ at, code }: Annotation): boolean =>
    Math.round(at * ticksPerSecond) === 0 && (codeOf(code ?? '') ?? NOTE) === NOTE;
  const aboutFile = [
    ...(ticksPerFrame === 1 ? [] : [`## time resolution: ${ticksPerSecond}`]),
    ...(annotations.some(isFirstNote) ? FIRST_NOTE_DEFINED : []),
  ];
  for (const text of aboutFile) {
    word(NOTE, 0);
    aux(utf8(text));
  }
  const first = annotations[0];
  let tick = Math.min(0, first ? Math.round(first.at * ticksPerSecond) : 0);
  if (tick < 0) skip(tick);
  let channel: number | null = null;
  for (const annotation of annotations) {
    const at = Math.max(tick, Math.round(annotation.at * ticksPerSecond));
    const mnemonic = annotation.code === null ? null : codeOf(annotation.code);
    const code = isFirstNote(annotation) ? FIRST_NOTE : (mnemonic ?? NOTE);
    if (at - tick > MAX_INTERVAL) {
      for (let left = at - tick; left > 0; left -= 0x7fffffff) {
        skip(Math.min(left, 0x7fffffff));
      }
      word(code, 0);
    } else word(code, at - tick);
    tick = at;
    if (annotation.channel !== channel) {
      channel = annotation.channel;
      word(CHN, Math.min(channel ?? NO_CHANNEL, NO_CHANNEL));
    }
    // A code that MIT files do not have is written as text.
    const text = utf8(
      [mnemonic === null ? annotation.code : null, annotation.text]
        .filter((part) => part !== null && part !== '')
        .join(': '),
    );
    if (text.length > 0) aux(text);
    if (bytes.length >= CHUNK) {
      yield Uint8Array.from(bytes);
      bytes = [];
    }
  }
  word(0, 0);
  yield Uint8Array.from(bytes);
}

/** UTF-8 of at most `MAX_TEXT_BYTES` bytes, cut between characters; without zeros, which would end the text. */
function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(MAX_TEXT_BYTES);
  return bytes.subarray(0, new TextEncoder().encodeInto(text.replaceAll('\0', ' '), bytes).written);
}
