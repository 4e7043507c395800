/** Deletes the selected recordings, after it has asked. */
import { useState } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { selection, unselect } from '../selection.ts';
import { deleteThem, forAll, type Outcome } from './requests.ts';
import { Results } from './results.tsx';

/** Names that are shown before. */
const SHOWN = 5;

export function DeleteDialog({ onClose }: { onClose: (isChanged: boolean) => void }) {
  const t = texts.value.list.bulk;
  const [selected] = useState(() => [...selection.peek().values()]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);
  const close = (): void => {
    if (isBusy) return;
    // What is gone cannot be selected. What was deleted in another tab is gone, too.
    const gone = outcome?.results.filter(({ code, status }) => code === null || status === 404) ?? [];
    unselect(gone.map(({ id }) => id));
    onClose(outcome !== null);
  };
  const go = async (): Promise<void> => {
    setBusy(true);
    setOutcome(await forAll(selected, deleteThem));
    setBusy(false);
  };
  return (
    <Dialog title={t.deleteTitle(selected.length)} onClose={close}>
      {outcome ? (
        <Results selected={selected} {...outcome} />
      ) : (
        <>
          <p>
            {selected
              .slice(0, SHOWN)
              .map(({ name }) => name)
              .join(', ')}
            {selected.length > SHOWN && ` ${texts.value.list.moreLeads(selected.length - SHOWN)}`}
          </p>
          <p>{t.deleteLead}</p>
        </>
      )}
      <footer>
        <button type="button" disabled={isBusy} onClick={close}>
          {outcome ? texts.value.close : texts.value.cancel}
        </button>
        {!outcome && (
          <button type="button" class="danger" disabled={isBusy} onClick={() => void go()}>
            {t.deleteYes(selected.length)}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
