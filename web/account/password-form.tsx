/** Changing the own password. It ends all other sessions; this one goes on. */
import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { pageTexts } from '../text/pages.ts';
import { notify } from '../ui/announce.tsx';
import { faultAt, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';

/** @param onChanged called afterwards */
export function PasswordForm({ email, onChanged }: { email: string; onChanged: () => void }) {
  const t = pageTexts.value.account;
  const [currentPassword, setCurrent] = useState('');
  const form = useNewPassword(async (newPassword) => {
    await answered(api.PUT('/auth/password', { body: { currentPassword, newPassword } }));
    notify(t.changed, 'good');
    setCurrent('');
    onChanged();
  });

  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{t.password}</h2>
      <p class="quiet">{t.passwordLead}</p>
      <form onSubmit={(event) => void form.submit(event)}>
        {/* Password managers want to know whose password it is. */}
        <input type="text" autocomplete="username" value={email} readOnly hidden aria-label={email} />
        {form.fault && <Notice kind="error">{form.fault}</Notice>}
        <div class="grid">
          <TextField
            label={t.currentPassword}
            type="password"
            autocomplete="current-password"
            required
            value={currentPassword}
            onValue={setCurrent}
            error={faultAt(form.fields, '/currentPassword')}
          />
          <NewPasswordFields form={form} path="/newPassword" />
        </div>
        <button type="submit" class="main" disabled={form.isBusy}>
          {t.change}
        </button>
      </form>
    </section>
  );
}
