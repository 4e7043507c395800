/** Writes an annotation file in MIT format (annot(5) of the WFDB Applications Guide). */
import type { Annotation } from '../types.ts';
import { AUX, CHN, codeOf, NOTE, SKIP } from './annotation-codes.ts';

/** Bytes of a text: what readers of the format have room for. */
const MAX_TEXT_BYTES = 255;
/** The longest interval that stands in the annotation's own word. */
const MAX_INTERVAL = 0x3ff;
/** A channel holds until another is named; no record has this one. */
const NO_CHANNEL = 255;
/** Bytes that are gathered before they are handed on. */
const CHUNK = 65_536;

/**
 * @param annotations in the order of time
 * @param frameRate Hz: times are rounded to frames
 */
export async function* writeAnnotations(annotations: Iterable<Annotation>, frameRate: number): AsyncGenerator<Uint8Array, void, void> {
  let bytes: number[] = [];
  const word = (code: number, value: number): void => {
    const all = (code << 10) | value;
    bytes.push(all & 0xff, all >> 8);
  };
  let tick = 0;
  let channel: number | null = null;
  for (const annotation of annotations) {
    const at = Math.max(tick, Math.round(annotation.at * frameRate));
    const mnemonic = annotation.code === null ? null : codeOf(annotation.code);
    if (at - tick > MAX_INTERVAL) {
      for (let left = at - tick; left > 0; left -= 0x7fffffff) {
        const part = Math.min(left, 0x7fffffff);
        word(SKIP, 0);
        bytes.push((part >> 16) & 0xff, part >>> 24, part & 0xff, (part >> 8) & 0xff);
      }
      word(mnemonic ?? NOTE, 0);
    } else word(mnemonic ?? NOTE, at - tick);
    tick = at;
    if (annotation.channel !== channel) {
      channel = annotation.channel;
      word(CHN, Math.min(channel ?? NO_CHANNEL, NO_CHANNEL));
    }
    // A code that MIT files do not have stands in the text.
    const text = utf8([mnemonic === null ? annotation.code : null, annotation.text].filter((part) => part !== null && part !== '').join(': '));
    if (text.length > 0) {
      word(AUX, text.length);
      bytes.push(...text, ...(text.length % 2 === 1 ? [0] : []));
    }
    if (bytes.length >= CHUNK) {
      yield Uint8Array.from(bytes);
      bytes = [];
    }
  }
  word(0, 0);
  yield Uint8Array.from(bytes);
}

/** At most `MAX_TEXT_BYTES`, cut between characters; a zero would end it. */
function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(MAX_TEXT_BYTES);
  return bytes.subarray(0, new TextEncoder().encodeInto(text.replaceAll('\0', ' '), bytes).written);
}
