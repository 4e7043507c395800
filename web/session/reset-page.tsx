/** Setting a new password with the one-time link of an administrator; the link's token is in the address's fragment. */
import { useState } from 'preact/hooks';
import { NewPasswordFields, useNewPassword } from '../account/new-password.tsx';
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { texts } from '../text/index.ts';
import { Notice } from '../ui/notice.tsx';

export function ResetPage() {
  const t = texts.value.reset;
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const [isDone, setDone] = useState(false);
  const form = useNewPassword(async (password) => {
    await answered(api.POST('/auth/password-reset', { body: { token, password } }));
    history.replaceState(null, '', '/');
    setDone(true);
  });

  return (
    <main class="entrance" id="content">
      <form onSubmit={(event) => void form.submit(event)}>
        <h1>{t.title}</h1>
        {isDone ? (
          <>
            <Notice kind="good">{t.done}</Notice>
            <a class="button main" href="/">
              {texts.value.login.submit}
            </a>
          </>
        ) : (
          <>
            {token === '' ? <Notice kind="error">{t.noToken}</Notice> : <p class="quiet">{t.lead}</p>}
            {form.fault && <Notice kind="error">{form.fault}</Notice>}
            <NewPasswordFields form={form} path="/password" />
            <button type="submit" class="main" disabled={token === '' || form.isBusy}>
              {t.submit}
            </button>
            <a href="/">{texts.value.login.submit}</a>
          </>
        )}
      </form>
    </main>
  );
}
