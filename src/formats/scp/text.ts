/** Texts of SCP-ECG: in the character set that tag 14 of section 1 names, ended by a zero. */
import { utf8OrLatin1 } from '../common/utf8-or-latin1.ts';

/** Language support codes (EN 1064, 5.4.5) → labels of the Encoding Standard, which reads Latin-1 as Windows-1252. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [0x01, 'windows-1252'],
  [0x03, 'iso-8859-2'],
  [0x0b, 'iso-8859-4'],
  [0x13, 'iso-8859-5'],
  [0x1b, 'iso-8859-6'],
  [0x23, 'iso-8859-7'],
  [0x2b, 'iso-8859-8'],
  [0x33, 'windows-874'],
  [0x3b, 'iso-8859-15'],
  [0x07, 'utf-16le'],
  [0x0f, 'shift_jis'],
  [0x17, 'euc-jp'],
  [0x1f, 'euc-jp'],
  [0x27, 'gbk'],
  [0x2f, 'euc-kr'],
  [0x37, 'utf-8'],
]);
/** ASCII only, or not filled in: bytes beyond it are UTF-8 if they are valid, else Latin-1. */
const ASCII = 0;

/** The texts of a value, which zeros separate, without empty ones. */
export type TextReader = (bytes: Uint8Array) => string[];

/** Whether the character set is known. */
export const isKnownLanguage = (code: number): boolean => code === ASCII || ENCODINGS.has(code);

/** @param code the language support code; unknown ones are read as if none were given */
export function textReader(code: number): TextReader {
  const label = ENCODINGS.get(code);
  if (label === undefined) return (bytes) => split(utf8OrLatin1(bytes));
  const decoder = new TextDecoder(label);
  return (bytes) => split(decoder.decode(bytes));
}

const split = (text: string): string[] =>
  text
    .split('\0')
    .map((part) => part.trim())
    .filter((part) => part !== '');
