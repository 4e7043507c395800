/** The panel of uploads at the edge of every page. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { pageSession } from '../../session/session.ts';
import { texts } from '../../text/index.ts';
import { announce } from '../../ui/announce.tsx';
import { activeCount, finishedCount, forget, headless, items, skipped, storedCount } from './items.ts';
import { isDoubtful } from './questions.ts';
import { clearFinished, pause, resume } from './queue.ts';
import { UploadButtons } from './choosing.tsx';
import { UploadRow } from './upload-row.tsx';

/** On small screens it would hide the page. */
const isOpen = signal(innerWidth >= 720);

export function UploadDock() {
  const t = texts.value.upload;
  const { path } = useLocation();
  const all = items.value;
  const done = storedCount.value;
  const isOver = all.length > 0 && activeCount.value === 0 && finishedCount.value === all.length;
  const problems =
    headless.value.length +
    all.filter((item) => ['incomplete', 'lost', 'refused'].includes(item.state.value.phase) || isDoubtful(item)).length;
  useEffect(() => {
    if (isOver) announce(done === all.length ? t.allDone(done) : t.progress(done, all.length));
  }, [isOver]);
  // Elsewhere it would cover what the reader has come for.
  useEffect(() => {
    if (path === '/recordings') return;
    isOpen.value = false;
    if (isOver && problems === 0) clearFinished();
  }, [path]);
  if (pageSession.value?.user.role !== 'clinician') return null;
  const isPaused = all.some(({ state }) => state.value.phase === 'paused');
  return (
    <section class={isOpen.value ? 'uploads' : 'uploads closed'} aria-label={t.title}>
      <header>
        <h2>
          {t.title} <span class="quiet">{all.length > 0 && t.progress(done, all.length)}</span>{' '}
          {problems > 0 && <span class="badge error">{t.attention(problems)}</span>}
        </h2>
        <div class="row">
          {activeCount.value > 1 && (
            <button type="button" class="plain" onClick={() => items.peek().forEach(pause)}>
              {t.pauseAll}
            </button>
          )}
          {isPaused && activeCount.value === 0 && (
            <button type="button" class="plain" onClick={() => items.peek().forEach(resume)}>
              {t.resumeAll}
            </button>
          )}
          {isOver && (
            <button type="button" class="plain" aria-label={t.clearDone} onClick={clearFinished}>
              {t.clear}
            </button>
          )}
          <button
            type="button"
            class="plain"
            aria-expanded={isOpen.value}
            aria-label={isOpen.value ? t.hide : t.show}
            onClick={() => (isOpen.value = !isOpen.value)}
          >
            <span aria-hidden="true">{isOpen.value ? '▾' : '▴'}</span>
          </button>
        </div>
      </header>
      {isOpen.value && (
        <>
          {headless.value.length > 0 && (
            <Remark
              text={t.headless(listed(headless.value.map(({ name }) => name)))}
              onClose={() => (headless.value = [])}
            />
          )}
          {skipped.value.length > 0 && (
            <Remark
              text={t.skipped(skipped.value.length, listed(skipped.value))}
              onClose={() => (skipped.value = [])}
            />
          )}
          <ul>
            {all.map((item) => (
              <UploadRow key={item.group} item={item} />
            ))}
          </ul>
          {(headless.value.length > 0 ||
            all.some(({ state }) => ['incomplete', 'lost'].includes(state.value.phase))) && (
            <footer class="row">
              <UploadButtons main={false} />
            </footer>
          )}
        </>
      )}
    </section>
  );
}

function Remark({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <div class="notice warning">
      <span>{text}</span>
      <button
        type="button"
        class="plain"
        aria-label={texts.value.close}
        onClick={() => {
          onClose();
          forget([]);
        }}
      >
        ×
      </button>
    </div>
  );
}

/** Names that are shown; the others are counted. */
const MAX_NAMES = 6;

const listed = (names: readonly string[]): string =>
  names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ' …' : '');
