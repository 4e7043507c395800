/** The page of the user's own account: choices for this browser, password, sessions. */
import { useState } from 'preact/hooks';
import { pageSession } from '../session/session.ts';
import { pageTexts } from '../text/pages.ts';
import { Choices } from './choices.tsx';
import { OpenSessions } from './open-sessions.tsx';
import { PasswordForm } from './password-form.tsx';
import { ScreenSize } from './screen-size.tsx';

export function AccountPage() {
  const user = pageSession.value?.user;
  const [passwords, setPasswords] = useState(0);
  if (!user) return null;
  return (
    <div class="page narrow account">
      <div class="heading">
        <h1>{pageTexts.value.account.title}</h1>
        <p class="quiet">
          {user.fullName} · {user.email}
        </p>
      </div>
      <Choices isClinician={user.role === 'clinician'} />
      {user.role === 'clinician' && <ScreenSize />}
      <OpenSessions key={passwords} />
      <PasswordForm email={user.email} onChanged={() => setPasswords(passwords + 1)} />
    </div>
  );
}
