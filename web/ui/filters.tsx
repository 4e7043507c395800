/** The filters of a list: a search that is always visible, and the others, which can be folded away. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { ListAddress, Query } from './address.ts';
import { SelectField, TextField } from './field.tsx';
import { SuggestedField } from './suggested-field.tsx';

export type Filter =
  | { kind: 'search' | 'text' | 'day'; name: string; label: string; hint?: string }
  | { kind: 'suggested'; name: string; label: string; suggest: (typed: string) => Promise<readonly string[]> }
  | { kind: 'choice'; name: string; label: string; options: readonly (readonly [value: string, text: string])[] };

/** What the filters are called on the page, by their names in the API. */
export const labelsOf = (filters: readonly Filter[]): Record<string, string> =>
  Object.fromEntries(filters.map(({ name, label }) => [name, label]));

/** How long after the last key the list follows, in milliseconds. */
const SETTLES_MS = 250;
/** From this width on, the filters are open at first. */
const WIDE = '(width >= 720px)';

interface FiltersProps {
  filters: readonly Filter[];
  address: ListAddress;
  /** What is in force where the address says nothing. */
  defaults?: Query;
}

export function Filters({ filters, address, defaults = {} }: FiltersProps) {
  const t = pageTexts.value.list;
  const [isOpen, setOpen] = useState(() => matchMedia(WIDE).matches);
  const search = useRef<HTMLFormElement>(null);
  const others = filters.filter(({ kind }) => kind !== 'search');
  const used = others.filter(({ name }) => address.query[name] !== undefined);

  // Before the first paint: what is seen can be used at once.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.querySelector<HTMLInputElement>('input')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <form class="filter-bar" role="search" ref={search} onSubmit={(event) => event.preventDefault()}>
      {filters
        .filter(({ kind }) => kind === 'search')
        .map((filter) => (
          <FilterField key={filter.name} filter={filter} address={address} usual={defaults[filter.name]} />
        ))}
      {others.length > 0 && (
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t.filters(used.length)}
        </button>
      )}
      {used.length > 0 && (
        <button
          type="button"
          class="plain"
          onClick={() => address.change(Object.fromEntries(used.map(({ name }) => [name, undefined])))}
        >
          {t.clear}
        </button>
      )}
      {isOpen && others.length > 0 && (
        <div class="grid">
          {others.map((filter) => (
            <FilterField key={filter.name} filter={filter} address={address} usual={defaults[filter.name]} />
          ))}
        </div>
      )}
    </form>
  );
}

interface FilterFieldProps {
  filter: Filter;
  address: ListAddress;
  usual: string | undefined;
}

function FilterField({ filter, address, usual = '' }: FilterFieldProps) {
  const { name, label } = filter;
  const value = address.query[name] ?? usual;
  if (filter.kind === 'choice')
    return (
      <SelectField
        label={label}
        value={value}
        options={[['', texts.value.all], ...filter.options]}
        onValue={(chosen) => address.change({ [name]: chosen })}
      />
    );
  if (filter.kind === 'suggested')
    return (
      <Settling value={value} onSettled={(typed) => address.change({ [name]: typed })}>
        {(typed, onTyped) => (
          <SuggestedField label={label} value={typed} onValue={onTyped} suggest={filter.suggest} type="search" />
        )}
      </Settling>
    );
  return (
    <Settling value={value} onSettled={(typed) => address.change({ [name]: typed })}>
      {(typed, onTyped) => (
        <TextField
          label={label}
          type={filter.kind === 'day' ? 'date' : 'search'}
          value={typed}
          onValue={onTyped}
          {...(filter.hint === undefined ? {} : { placeholder: filter.hint })}
        />
      )}
    </Settling>
  );
}

interface SettlingProps {
  /** The value in force. */
  value: string;
  onSettled: (value: string) => void;
  children: (typed: string, onTyped: (value: string) => void) => preact.ComponentChildren;
}

/** Keeps what is typed, and passes it on when the typing pauses. */
function Settling({ value, onSettled, children }: SettlingProps) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return children(typed, (next) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next.trim();
      onSettled(next.trim());
    }, SETTLES_MS);
  });
}
