/** Exports the selected recordings as one zip. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered, asFailure, type Failure, isAbort } from '../../api/failure.ts';
import { toldOf } from '../../api/told.ts';
import { formatTitle, texts } from '../../text/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { selection } from '../selection.ts';
import { exportZip, MOST, type Result } from './requests.ts';
import { Results } from './results.tsx';

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const t = texts.value.list.bulk;
  const [selected] = useState(() => [...selection.peek().values()]);
  const [format, setFormat] = useState('wfdb');
  const [deidentify, setDeidentify] = useState(false);
  const [results, setResults] = useState<readonly Result[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const { data } = useLoaded('formats', async (signal) => answered(api.GET('/formats', { signal })));
  const formats =
    data?.items.filter(({ isWritten }) => isWritten).map((one) => [one.id, formatTitle(one)] as const) ?? [];

  const go = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    stop.current = new AbortController();
    try {
      const { zip, name, results: told } = await exportZip(selected, format, deidentify, stop.current.signal);
      save(zip, name);
      setResults(told ?? []);
    } catch (error) {
      if (isAbort(error)) return;
      setFailure(asFailure(error));
    }
    setBusy(false);
  };

  return (
    <Dialog title={t.exportTitle(selected.length)} onClose={onClose}>
      {selected.length > MOST && <Notice kind="error">{t.limit(MOST)}</Notice>}
      {failure && <Notice kind="error">{toldOf(failure)}</Notice>}
      {results ? (
        <>
          <p>{t.exportStarted}</p>
          <Results selected={selected} results={results} failure={null} />
        </>
      ) : (
        <>
          <SelectField
            label={t.exportFormat}
            value={format}
            options={formats.length > 0 ? formats : [['wfdb', 'WFDB']]}
            onValue={setFormat}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={deidentify}
              onChange={(event) => setDeidentify(event.currentTarget.checked)}
            />
            {t.deIdentified}
          </label>
          {isBusy && <progress aria-label={texts.value.loading} />}
        </>
      )}
      <footer>
        <button type="button" onClick={onClose}>
          {results ? texts.value.close : texts.value.cancel}
        </button>
        {!results && (
          <button type="button" class="main" disabled={isBusy || selected.length > MOST} onClick={() => void go()}>
            {t.exportYes}
          </button>
        )}
      </footer>
    </Dialog>
  );
}

/** Gives a file to the browser's downloads. */
function save(zip: Blob, name: string): void {
  const address = URL.createObjectURL(zip);
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
