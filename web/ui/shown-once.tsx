/** A secret that the service tells only once, with a button that copies it. */
import { useId, useState } from 'preact/hooks';
import { pageTexts } from '../text/pages.ts';
import { announce } from './announce.tsx';

export function ShownOnce({ label, value }: { label: string; value: string }) {
  const t = pageTexts.value.once;
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await written(value, id))) return;
    setCopied(true);
    announce(t.copied);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="once">
        <input id={id} readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" onClick={() => void copy()}>
          {isCopied ? t.copied : t.copy}
        </button>
      </div>
    </div>
  );
}

/** Pages without TLS have no clipboard: then the text is selected and copied as a person would. */
async function written(value: string, id: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    document.querySelector<HTMLInputElement>(`[id="${id}"]`)?.select();
    return document.execCommand('copy');
  }
}
