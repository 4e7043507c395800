/** Writes text into XML. */

/** Characters that XML 1.0 cannot contain, not even as references. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As themselves they would be read as blanks in an attribute, or as newlines.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** The text as content of an element or an attribute; characters that XML cannot contain become blanks. */
export const xmlText = (text: string): string =>
  text.replaceAll(UNWRITABLE, ' ').replaceAll(/[&<>"\t\n\r]/g, (letter) => ESCAPES[letter] as string);
