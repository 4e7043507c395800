/** Decodes text in the specific character set of a data set (PS3.3, C.12.1.1.2). */

/**
 * Defined terms → labels of the Encoding Standard; terms with code extensions share the labels, since their escapes are
 * removed or known to the decoder.
 */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['ISO_IR 6', 'windows-1252'],
  ['ISO_IR 100', 'windows-1252'],
  ['ISO_IR 101', 'iso-8859-2'],
  ['ISO_IR 109', 'iso-8859-3'],
  ['ISO_IR 110', 'iso-8859-4'],
  ['ISO_IR 144', 'iso-8859-5'],
  ['ISO_IR 127', 'iso-8859-6'],
  ['ISO_IR 126', 'iso-8859-7'],
  ['ISO_IR 138', 'iso-8859-8'],
  ['ISO_IR 148', 'windows-1254'],
  ['ISO_IR 203', 'iso-8859-15'],
  ['ISO_IR 166', 'windows-874'],
  ['ISO_IR 13', 'shift_jis'],
  ['ISO_IR 87', 'iso-2022-jp'],
  ['ISO_IR 159', 'iso-2022-jp'],
  ['ISO_IR 149', 'euc-kr'],
  ['ISO_IR 58', 'gbk'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);
const encodingOf = (term: string): string | undefined => ENCODINGS.get(term.replace(/^ISO 2022 IR /, 'ISO_IR '));
// The Encoding Standard reads ISO 8859-1 as Windows-1252, which differs only in control characters.
const DEFAULT = 'windows-1252';

/** ISO 2022 designations; only the Japanese decoder understands them. */
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b[$]?[()\-.,]?[\u0020-\u007e]/g;

/**
 * Creates the text decoder for the values of Specific Character Set. Of several values, the last known one is used: it
 * has the characters that the first lacks. Damaged text is decoded as well as possible, since no samples depend on it.
 */
export function textDecoder(terms: readonly string[]): (bytes: Uint8Array) => string {
  const labels = terms.map(encodingOf).filter((label) => label !== undefined);
  const label = labels.at(-1) ?? DEFAULT;
  const decoder = new TextDecoder(label);
  return (bytes) => {
    const text = decoder.decode(bytes);
    return label === 'iso-2022-jp' ? text : text.replace(ESCAPES, '');
  };
}

/** Whether a term is supported. */
export const isKnownCharacterSet = (term: string): boolean => term === '' || encodingOf(term) !== undefined;
