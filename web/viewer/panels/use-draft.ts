/** What is typed in a panel: it survives another tab of the panels, a lost line and a reload of the page. */
import { useState } from 'preact/hooks';
import { dropDraft, keepDraft, readDraft } from '../../ui/drafts.ts';

/** @param name of the draft, such as `marks:665f…` */
export function useDraft<Field extends string>(
  name: string,
  initial: Readonly<Record<Field, string>>,
): [Readonly<Record<Field, string>>, (changed: Partial<Record<Field, string>>) => void] {
  const [values, setValues] = useState<Readonly<Record<Field, string>>>(() => ({
    ...initial,
    ...readDraft(name)?.values,
  }));
  const put = (changed: Partial<Record<Field, string>>): void =>
    setValues((before) => {
      const next = { ...before, ...changed };
      const isUntouched = Object.entries(initial).every(([field, value]) => next[field as Field] === value);
      if (isUntouched) dropDraft(name);
      else keepDraft(name, { values: next, base: initial, version: null });
      return next;
    });
  return [values, put];
}
