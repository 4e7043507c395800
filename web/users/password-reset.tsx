/** Makes the one-time link with which a user sets a new password. The administrator never sees a password. */
import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { answered, asFailure } from '../api/failure.ts';
import { dateTime, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import type { User } from './user-form.ts';

export function PasswordReset({ user, onClose }: { user: User; onClose: () => void }) {
  const t = pageTexts.value.users;
  const [link, setLink] = useState<{ url: string; until: string } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      const made = await answered(api.POST('/users/{id}/password-reset', { params: { path: { id: user.id } } }));
      setLink({ url: new URL(made.link, location.origin).href, until: made.expiresAt });
    } catch (error) {
      setFault(asFailure(error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t.resetTitle(user.fullName)} onClose={link ? () => undefined : onClose} isFirm={link !== null}>
      {fault && <Notice kind="error">{fault}</Notice>}
      {link === null ? (
        <>
          <p>{t.resetWarning}</p>
          <footer>
            <button type="button" onClick={onClose}>
              {texts.value.cancel}
            </button>
            <button type="button" class="main" disabled={isBusy} onClick={() => void make()}>
              {t.resetMake}
            </button>
          </footer>
        </>
      ) : (
        <>
          <ShownOnce label={t.resetLink} value={link.url} />
          <p>
            {t.resetNote} {t.resetUntil(dateTime(link.until))}
          </p>
          <footer>
            <button type="button" class="main" onClick={onClose}>
              {t.done}
            </button>
          </footer>
        </>
      )}
    </Dialog>
  );
}
