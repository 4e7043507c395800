/**
 * A field whose value is passed on when typing pauses, and that follows changes from outside, such as the back button.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { TextField } from '../ui/field.tsx';

/** Milliseconds without a key after which a value counts. */
const PAUSE_MS = 300;

interface Props {
  label: string;
  type: 'date' | 'number' | 'search';
  value: string;
  onValue: (value: string) => void;
  min?: string;
  placeholder?: string;
  hint?: string;
}

export function TypedField({ value, onValue, ...field }: Props) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onValue);
  latest.current = onValue;
  useEffect(() => {
    // What comes back from the address is what was sent; anything else came from outside.
    if (value.trim() !== sent.current.trim()) setTyped(value);
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string): void => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next;
      latest.current(next);
    }, PAUSE_MS);
  };
  return <TextField {...field} value={typed} onValue={type} />;
}
