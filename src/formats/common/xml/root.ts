/** Recognises XML documents by their root element. */
import { encodingOf } from './source.ts';

/**
 * The name of the root element of a document that begins with these bytes, without its prefix: of its document type
 * definition, if it has one, otherwise of its first element; null if they begin no XML document. White space, a byte
 * order mark, an XML declaration and comments may stand before it.
 */
export function rootName(head: Uint8Array): string | null {
  const { encoding } = encodingOf(head);
  if (encoding === null) return null;
  let text = new TextDecoder(encoding).decode(head);
  for (;;) {
    text = text.trimStart();
    const closing = text.startsWith('<?') ? '?>' : text.startsWith('<!--') ? '-->' : null;
    // It is the decoder that refuses a document type, with a clear message.
    if (closing === null) return /^<(?:!DOCTYPE\s+)?(?:[\w.-]{1,64}:)?([\w.-]{1,64})[\s/>]/.exec(text)?.[1] ?? null;
    const end = text.indexOf(closing);
    if (end === -1) return null;
    text = text.slice(end + closing.length);
  }
}
