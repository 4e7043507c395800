/** Where a CSV file is dropped or chosen, with the options of the import. */
import { useRef, useState } from 'preact/hooks';
import { asFailure } from '../api/failure.ts';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Import, type ImportOptions, type SentImport, sendImport } from './sending.ts';

export function DropZone({ onSent }: { onSent: (sent: Import) => void }) {
  const t = pageTexts.value.imports;
  const [options, setOptions] = useState<ImportOptions>({ kind: '', source: '', createMissing: false, dryRun: false });
  const [sending, setSending] = useState<{ name: string; share: number } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const sent = useRef<SentImport | null>(null);

  const send = async (files: readonly File[]): Promise<void> => {
    const [file, ...others] = files;
    if (file === undefined || sending) return;
    if (others.length > 0) return setFault(t.oneFile);
    setFault(null);
    setSending({ name: file.name, share: 0 });
    sent.current = sendImport(file, options, (share) => setSending({ name: file.name, share }));
    try {
      onSent(await sent.current.done);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== 'aborted')
        setFault([failure.message, ...failure.fields.map(({ message }) => message)].join(' '));
    }
    setSending(null);
  };
  const put = (changes: Partial<ImportOptions>): void => setOptions({ ...options, ...changes });

  return (
    <section
      class={`card drop ${isOver ? 'over' : ''}`}
      aria-label={t.drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void send([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {fault && <Notice kind="error">{fault}</Notice>}
      {sending ? (
        <div class="row spread">
          <label class="sending">
            {t.sending(sending.name)}
            <progress max={1} value={sending.share} />
          </label>
          <button type="button" onClick={() => sent.current?.stop()}>
            {t.cancelSending}
          </button>
        </div>
      ) : (
        <>
          <p class="row">
            <strong>{t.drop}</strong>
            <button type="button" class="main" onClick={() => chooser.current?.click()}>
              {t.choose}
            </button>
            <input
              ref={chooser}
              type="file"
              accept=".csv,text/csv"
              aria-label={t.choose}
              hidden
              onChange={(event) => {
                const files = [...(event.currentTarget.files ?? [])];
                // The same file can be chosen again.
                event.currentTarget.value = '';
                void send(files);
              }}
            />
          </p>
          <p class="quiet">{t.lead}</p>
          <Options options={options} put={put} />
        </>
      )}
    </section>
  );
}

function Options({ options, put }: { options: ImportOptions; put: (changes: Partial<ImportOptions>) => void }) {
  const t = pageTexts.value.imports;
  return (
    <details>
      <summary>{t.options}</summary>
      <div class="grid">
        <SelectField
          label={t.kind}
          value={options.kind}
          options={[['', t.kindAuto], ...Object.entries(t.kinds)]}
          onValue={(kind) => put({ kind })}
        />
        <TextField
          label={`${t.source} ${pageTexts.value.form.optional}`}
          hint={t.sourceHint}
          placeholder="csv"
          value={options.source}
          onValue={(source) => put({ source })}
        />
        <label class="check field wide-cell">
          <input
            type="checkbox"
            checked={options.createMissing}
            onChange={(event) => put({ createMissing: event.currentTarget.checked })}
          />
          {t.createMissing}
        </label>
        <label class="check field wide-cell">
          <input
            type="checkbox"
            checked={options.dryRun}
            onChange={(event) => put({ dryRun: event.currentTarget.checked })}
          />
          {t.dryRun}
        </label>
      </div>
    </details>
  );
}

/** How an import goes, as a badge. */
export function ImportState({ job }: { job: Import }) {
  const t = pageTexts.value.imports;
  const isPartial = job.state === 'completed' && job.rows.failed > 0;
  const tone = isPartial
    ? 'warning'
    : { queued: '', running: '', completed: 'good', failed: 'error', cancelled: 'warning' }[job.state];
  return (
    <>
      <span class={`badge ${tone}`}>{isPartial ? t.partial : t.states[job.state]}</span>
      {job.dryRun && (
        <>
          {' '}
          <span class="badge">{t.checkOnly}</span>
        </>
      )}
    </>
  );
}

/** How far it is; nothing when it has ended. */
export function ImportProgress({ job }: { job: Import }) {
  if (job.state !== 'queued' && job.state !== 'running') return null;
  const { total, done } = job.bytes;
  return <progress aria-label={pageTexts.value.imports.progress} max={Math.max(total, 1)} value={done} />;
}

/** The kind in words; null: not recognised yet. */
export function kindName(kind: string | null): string {
  const { kinds, alsoKinds } = pageTexts.value.imports;
  const names: Readonly<Record<string, string>> = { ...kinds, ...alsoKinds };
  return kind === null ? texts.value.unknown : (names[kind] ?? kind);
}
