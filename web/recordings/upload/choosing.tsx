/** Buttons that choose files or a folder to upload. */
import { useRef } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { filesOf } from './chosen-files.ts';
import { upload } from './presence.ts';

/** @param main whether this is what the page invites to do */
export function UploadButtons({ main }: { main: boolean }) {
  const t = texts.value.upload;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        type="file"
        multiple
        hidden
        ref={files}
        aria-label={t.choose}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        type="file"
        hidden
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        aria-label={t.chooseFolder}
        onChange={(event) => take(event.currentTarget)}
      />
      <button type="button" class="wide-only" onClick={() => folder.current?.click()}>
        {t.chooseFolder}
      </button>
      <button type="button" class={main ? 'main' : undefined} onClick={() => files.current?.click()}>
        {t.choose}
      </button>
    </>
  );
}

function take(input: HTMLInputElement): void {
  const chosen = filesOf(input.files);
  // The same files may be chosen again.
  input.value = '';
  void upload(chosen);
}
