/** Asks before something is deleted, and says why it cannot be. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asFailure } from '../api/failure.ts';
import { texts } from '../text/index.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

interface RemovingProps {
  title: string;
  /** What is lost. */
  children: ComponentChildren;
  remove: () => Promise<unknown>;
  onRemoved: () => void;
  onClose: () => void;
  /** Default: Delete. */
  submit?: string;
}

export function Removing({ title, children, remove, onRemoved, onClose, submit }: RemovingProps) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await remove();
      onRemoved();
    } catch (error) {
      const failure = asFailure(error);
      // Somebody else was faster, or the answer to the first attempt was lost.
      if (failure.status === 404) return onRemoved();
      setFault(failure.message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {fault && <Notice kind="error">{fault}</Notice>}
      {children}
      <footer>
        <button type="button" autofocus onClick={onClose}>
          {texts.value.cancel}
        </button>
        <button type="button" class="danger" disabled={isBusy} onClick={() => void confirm()}>
          {submit ?? texts.value.delete}
        </button>
      </footer>
    </Dialog>
  );
}
