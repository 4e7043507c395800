/**
 * Logging in. It is shown at every address while nobody is logged in; afterwards the page of that address follows. If a
 * session ends while a page is shown, it covers the page, so that nothing that was typed there is lost.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asFailure } from '../api/failure.ts';
import { texts } from '../text/index.ts';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { hasExpired, logIn } from './session.ts';

export const LoginPage = () => (
  <main class="entrance" id="content">
    <LoginForm />
  </main>
);

/** Over a page whose session has ended. */
export function LoginCover() {
  const cover = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => cover.current?.showModal(), []);
  return (
    <dialog
      ref={cover}
      class="entrance"
      aria-label={texts.value.login.title}
      onCancel={(event) => event.preventDefault()}
    >
      <LoginForm />
    </dialog>
  );
}

function LoginForm() {
  const t = texts.value.login;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await logIn(email, password);
    } catch (error) {
      setFault(asFailure(error).message);
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{texts.value.appName}</h1>
      <p class="quiet">{t.lead}</p>
      {hasExpired.value && !fault && <Notice kind="info">{t.expired}</Notice>}
      {fault && <Notice kind="error">{fault}</Notice>}
      <TextField
        label={t.email}
        type="email"
        autocomplete="username"
        required
        autofocus
        value={email}
        onValue={setEmail}
      />
      <TextField
        label={t.password}
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onValue={setPassword}
      />
      <button type="submit" class="main" disabled={isBusy}>
        {t.submit}
      </button>
      <p class="quiet">{t.forgotten}</p>
    </form>
  );
}
