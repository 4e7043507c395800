/** A text field with suggestions of the service. */
import { useRef, useState } from 'preact/hooks';
import { Field } from './field.tsx';

interface SuggestedFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** Values that begin like what was typed. A failure suggests nothing: any text can be typed. */
  suggest: (typed: string) => Promise<readonly string[]>;
  type?: 'text' | 'search';
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean | undefined;
}

export function SuggestedField({
  label,
  value,
  onValue,
  suggest,
  type = 'text',
  hint,
  error,
  required,
}: SuggestedFieldProps) {
  const [suggestions, setSuggestions] = useState<readonly string[]>([]);
  const round = useRef(0);
  const ask = (typed: string): void => {
    const own = ++round.current;
    suggest(typed).then(
      (found) => {
        if (own === round.current) setSuggestions(found);
      },
      () => undefined,
    );
  };
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            type={type}
            list={`${attributes.id}-suggestions`}
            autocomplete="off"
            required={required ?? false}
            value={value}
            onFocus={() => ask(value)}
            onInput={(event) => {
              onValue(event.currentTarget.value);
              ask(event.currentTarget.value);
            }}
          />
          <datalist id={`${attributes.id}-suggestions`}>
            {suggestions.map((suggestion) => (
              <option key={suggestion} value={suggestion} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
