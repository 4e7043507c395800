/** A labelled input with a hint and the message of the service at the field. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { FieldFault } from '../api/failure.ts';

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Renders the control with these attributes. */
  children: (attributes: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: 'true' }) => ComponentChildren;
}

/** Label, control, hint and error belong together for screen readers, too. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': 'true' as const } : {}),
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface InputProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  type?: 'text' | 'email' | 'password' | 'search' | 'date' | 'datetime-local' | 'number' | 'tel';
  autocomplete?: string;
  required?: boolean;
  autofocus?: boolean;
  disabled?: boolean;
  placeholder?: string;
  minLength?: number;
  maxLength?: number;
  min?: string;
  max?: string;
  step?: string;
}

/** A field with one line of text. */
export function TextField({ label, hint, error, value, onValue, ...input }: InputProps) {
  // The types of preact know one set of attributes for each type of input.
  const own: object = { type: 'text', ...input };
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <input {...own} {...attributes} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
      )}
    </Field>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly (readonly [value: Value, text: string])[];
  onValue: (value: Value) => void;
  hint?: string | undefined;
  error?: string | undefined;
  disabled?: boolean;
}

/** A field with a choice. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  onValue,
  hint,
  error,
  disabled,
}: SelectProps<Value>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <select
          {...attributes}
          disabled={disabled}
          value={value}
          onChange={(event) => onValue(event.currentTarget.value as Value)}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option} selected={option === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What the service said of one field of the body. */
export const faultAt = (faults: readonly FieldFault[], path: string): string | undefined =>
  faults.find((fault) => fault.path === path)?.message;
