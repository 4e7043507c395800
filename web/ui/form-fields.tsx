/** The fields of forms by their kind. */
import { useId } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { Field, SelectField, TextField } from './field.tsx';
import { SuggestedField } from './suggested-field.tsx';
import { type FieldSpec, type Pair, pairsOf } from './form-values.ts';

export interface FormField extends FieldSpec {
  label: string;
  hint?: string;
  required?: boolean;
  /** Of the kind `choice`. */
  options?: readonly (readonly [value: string, text: string])[];
  /** Of the kind `choice` when it is optional: no choice. Default: unknown. */
  none?: string;
  /** Of the kind `name`. */
  suggest?: (typed: string) => Promise<readonly string[]>;
}

interface FormControlProps {
  field: FormField;
  value: string;
  error: string | undefined;
  onValue: (value: string) => void;
}

const INPUTS = { text: 'text', email: 'email', tel: 'tel', day: 'date', number: 'number' } as const;

export function FormControl({ field, value, error, onValue }: FormControlProps) {
  const { label, hint, kind = 'text', required = false, options = [], none, suggest } = field;
  const common = { label: required ? `${label} *` : label, hint, error, value, onValue };
  switch (kind) {
    case 'choice':
      return <SelectField {...common} options={required ? options : [['', none ?? texts.value.unknown], ...options]} />;
    case 'flag':
      return (
        <SelectField
          {...common}
          label={label}
          options={[
            ['true', texts.value.yes],
            ['false', texts.value.no],
          ]}
        />
      );
    case 'long':
      return (
        <Field label={common.label} hint={hint} error={error}>
          {(attributes) => (
            <textarea {...attributes} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
          )}
        </Field>
      );
    case 'moment':
      return <MomentField {...common} required={required} />;
    case 'name':
      return <SuggestedField {...common} required={required} suggest={suggest ?? (() => Promise.resolve([]))} />;
    case 'pairs':
      return <PairsField label={label} hint={hint} error={error} value={value} onValue={onValue} />;
    case 'text':
    case 'email':
    case 'tel':
    case 'day':
    case 'number':
    default:
      return (
        <TextField
          {...common}
          type={INPUTS[kind]}
          required={required}
          autocomplete="off"
          {...(kind === 'number' ? { step: 'any' } : {})}
        />
      );
  }
}

interface MomentFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  required: boolean;
  onValue: (value: string) => void;
}

/** A day, and a time that may stay empty. */
function MomentField({ label, hint, error, value, required, onValue }: MomentFieldProps) {
  const [day = '', time = ''] = value.split('T');
  const put = (newDay: string, newTime: string): void =>
    onValue(newDay !== '' && newTime !== '' ? `${newDay}T${newTime}` : newDay);
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <div class="moment">
          <input
            {...attributes}
            type="date"
            required={required}
            value={day}
            onInput={(event) => put(event.currentTarget.value, time)}
          />
          <input
            type="time"
            step={time.length > 5 ? '1' : undefined}
            aria-label={pageTexts.value.form.timeOf(label)}
            value={time}
            disabled={day === ''}
            onInput={(event) => put(day, event.currentTarget.value)}
          />
        </div>
      )}
    </Field>
  );
}

interface PairsFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  onValue: (value: string) => void;
}

/** Rows of system and value. */
function PairsField({ label, hint, error, value, onValue }: PairsFieldProps) {
  const t = pageTexts.value.form;
  const id = useId();
  const pairs = pairsOf(value);
  const put = (next: readonly Pair[]): void => onValue(JSON.stringify(next));
  const change = (index: number, part: Partial<Pair>): void =>
    put(pairs.map((pair, i) => (i === index ? { ...pair, ...part } : pair)));
  return (
    <fieldset class="field pairs" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>{label}</legend>
      {hint && <p class="hint">{hint}</p>}
      {pairs.map((pair, index) => (
        <div class="identifier" key={index}>
          <input
            aria-label={t.system(index + 1)}
            placeholder={t.systemHint}
            value={pair.system}
            onInput={(event) => change(index, { system: event.currentTarget.value })}
          />
          <input
            aria-label={t.valueOf(index + 1)}
            placeholder={t.valueHint}
            value={pair.value}
            aria-invalid={error ? 'true' : undefined}
            onInput={(event) => change(index, { value: event.currentTarget.value })}
          />
          <button
            type="button"
            class="plain"
            aria-label={t.removePair(index + 1)}
            onClick={() => put(pairs.filter((_, i) => i !== index))}
          >
            ×
          </button>
        </div>
      ))}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <button type="button" onClick={() => put([...pairs, { system: '', value: '' }])}>
        {t.addPair}
      </button>
    </fieldset>
  );
}
