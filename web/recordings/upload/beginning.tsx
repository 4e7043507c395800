/** The first lines of a text file, so that its reader sees which columns it has. */
import { useEffect, useState } from 'preact/hooks';
import { readingTexts } from '../../text/reading.ts';
import type { ChosenFile } from './presence.ts';

/** Bytes that are looked at. */
const MAX_BYTES = 4096;
const MAX_LINES = 12;

/** @param chosen null: the browser does not have the file any more */
export function Beginning({ chosen }: { chosen: ChosenFile | null }) {
  const t = readingTexts.value;
  const [lines, setLines] = useState('');
  useEffect(() => {
    let isGone = false;
    void beginningOf(chosen).then((found) => {
      if (!isGone) setLines(found);
    });
    return () => {
      isGone = true;
    };
  }, [chosen]);
  if (!chosen) return <p class="hint">{t.unseen}</p>;
  return (
    <figure class="beginning">
      <figcaption>{t.beginning}</figcaption>
      <pre tabIndex={0} role="region" aria-label={t.beginning}>
        {lines}
      </pre>
    </figure>
  );
}

async function beginningOf(chosen: ChosenFile | null): Promise<string> {
  if (!chosen) return '';
  try {
    const bytes = new Uint8Array(await chosen.file.slice(0, MAX_BYTES).arrayBuffer());
    const text = new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: true });
    return text.split(/\r?\n/).slice(0, MAX_LINES).join('\n').trimEnd();
  } catch {
    // It was moved or changed; what is to be said can be said without it.
    return '';
  }
}

/** By the byte order mark, or the zero bytes of Latin letters and digits. */
function encodingOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8';
}
