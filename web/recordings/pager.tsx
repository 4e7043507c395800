/** Moves between the pages of the list. The browser's back button works, too: each page has an address. */
import { texts } from '../text/index.ts';
import type { ListState } from './list-state.ts';

interface Props {
  state: ListState;
  nextCursor: string | null;
  onState: (state: ListState) => void;
}

export function Pager({ state, nextCursor, onState }: Props) {
  const t = texts.value;
  const before = state.cursor === null ? undefined : pageBefore(state.cursor);
  if (state.cursor === null && nextCursor === null) return null;
  const next = (): void => {
    if (nextCursor === null) return;
    remember(nextCursor, state.cursor);
    onState({ ...state, cursor: nextCursor });
    scrollTo({ top: 0 });
  };
  return (
    <nav class="pager" aria-label={t.list.pages}>
      {state.cursor !== null && (
        <button type="button" onClick={() => onState({ ...state, cursor: null })}>
          {t.list.firstPage}
        </button>
      )}
      {before !== undefined && (
        <button type="button" onClick={() => onState({ ...state, cursor: before })}>
          {t.previous}
        </button>
      )}
      <button type="button" disabled={nextCursor === null} onClick={next}>
        {t.next}
      </button>
    </nav>
  );
}

/** Cursors lead forward only; the way back is kept for as long as the tab is open. */
const KEY = 'leadwire-list-trail';

function trail(): Record<string, string | null> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Record<string, string | null>;
  } catch {
    return {};
  }
}

const pageBefore = (cursor: string): string | null | undefined => trail()[cursor];

function remember(cursor: string, before: string | null): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...trail(), [cursor]: before }));
  } catch {
    // A browser that keeps nothing: the back button and the first page remain.
  }
}
