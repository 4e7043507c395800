/** What can be done with the selected recordings. */
import { useState } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { clearSelection, selectedCount } from '../selection.ts';
import { AttachDialog } from './attach-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';

type Deed = 'delete' | 'attach' | 'export';

/** @param onEnd called when a dialog is closed, with whether anything was changed */
export function BulkBar({ onEnd }: { onEnd: (isChanged: boolean) => void }) {
  const t = texts.value.list;
  const [deed, setDeed] = useState<Deed | null>(null);
  const close = (isChanged: boolean): void => {
    setDeed(null);
    onEnd(isChanged);
  };
  return (
    <div class="bulk">
      <strong>{t.selected(selectedCount.value)}</strong>
      <button type="button" onClick={() => setDeed('attach')}>
        {t.bulk.attach}
      </button>
      <button type="button" onClick={() => setDeed('export')}>
        {t.bulk.export}
      </button>
      <button type="button" class="danger" onClick={() => setDeed('delete')}>
        {t.bulk.delete}
      </button>
      <button type="button" class="plain" onClick={clearSelection}>
        {t.clearSelection}
      </button>
      {deed === 'delete' && <DeleteDialog onClose={close} />}
      {deed === 'attach' && <AttachDialog onClose={close} />}
      {deed === 'export' && <ExportDialog onClose={() => close(false)} />}
    </div>
  );
}
