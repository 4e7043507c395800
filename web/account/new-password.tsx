/** A new password, typed twice: the state of a form that sets one, and its two fields. */
import { useState } from 'preact/hooks';
import { asFailure, type FieldFault } from '../api/failure.ts';
import { pageTexts } from '../text/pages.ts';
import { faultAt, TextField } from '../ui/field.tsx';

const LEAST = 10;

export interface NewPassword {
  password: string;
  repeated: string;
  setPassword: (password: string) => void;
  setRepeated: (repeated: string) => void;
  /** What went wrong as a whole. */
  fault: string | null;
  fields: readonly FieldFault[];
  isBusy: boolean;
  submit: (event: Event) => Promise<void>;
}

/** @param send sends it, and goes on; then the fields are empty */
export function useNewPassword(send: (password: string) => Promise<void>): NewPassword {
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [fields, setFields] = useState<readonly FieldFault[]>([]);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFields([]);
    if (password !== repeated) return setFault(pageTexts.value.account.mismatch);
    setFault(null);
    setBusy(true);
    try {
      await send(password);
      setPassword('');
      setRepeated('');
    } catch (error) {
      const failure = asFailure(error);
      setFields(failure.fields);
      // The answer may be lost after the password was set.
      setFault(failure.code === 'offline' ? pageTexts.value.account.perhapsSet : failure.message);
    }
    setBusy(false);
  };
  return { password, repeated, setPassword, setRepeated, fault, fields, isBusy, submit };
}

/** @param path the place of the password in the body, as a JSON Pointer */
export function NewPasswordFields({ form, path }: { form: NewPassword; path: string }) {
  const t = pageTexts.value.account;
  return (
    <>
      <TextField
        label={t.newPassword}
        type="password"
        autocomplete="new-password"
        required
        minLength={LEAST}
        hint={t.tooShort(LEAST)}
        value={form.password}
        onValue={form.setPassword}
        error={faultAt(form.fields, path)}
      />
      <TextField
        label={t.repeat}
        type="password"
        autocomplete="new-password"
        required
        value={form.repeated}
        onValue={form.setRepeated}
      />
    </>
  );
}
