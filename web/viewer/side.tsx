/** The panels beside the paper, as tabs. A panel gets the viewer and reads its signals. */
import { type ComponentType } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { later } from '../ui/later.tsx';
import { CountsPanel } from './counts-panel.tsx';
import type { PanelProps, Viewer } from './viewer.ts';

interface Tab {
  id: string;
  label: () => string;
  /** Shown beside the label: how much there is to see; null: nothing. */
  count?: (viewer: Viewer) => number | null;
  panel: ComponentType<PanelProps>;
}

const MarksPanel = later<PanelProps>(async () => (await import('./panels/marks-panel.tsx')).MarksPanel);
const CommentPanel = later<PanelProps>(async () => (await import('./panels/comment-panel.tsx')).CommentPanel);
const ChecksPanel = later<PanelProps>(async () => (await import('./checks-panel.tsx')).ChecksPanel);
const RecordingPanel = later<PanelProps>(async () => (await import('./panels/recording-panel.tsx')).RecordingPanel);

/** The tabs, in their order. */
const TABS: readonly Tab[] = [
  { id: 'crossings', label: () => texts.value.viewer.side.crossings, panel: CountsPanel },
  { id: 'marks', label: () => texts.value.viewer.side.marks, panel: MarksPanel },
  { id: 'comment', label: () => texts.value.viewer.side.comment, panel: CommentPanel },
  { id: 'recording', label: () => texts.value.viewer.side.recording, panel: RecordingPanel },
  {
    id: 'checks',
    label: () => texts.value.viewer.side.checks,
    panel: ChecksPanel,
    count: ({ checks }) => checks.findings.value?.length || null,
  },
];

/** Checks of recordings up to this are quick. */
const SHORT_SECONDS = 600;

export function Side({ viewer }: PanelProps) {
  const [shown, setShown] = useState(TABS[0]?.id ?? '');
  const base = useId();
  const isDrawn = viewer.waveforms.hasAny.value;
  // Notices are shown without being asked for, unless a long recording would have to be read for them.
  useEffect(() => {
    if (isDrawn && viewer.duration <= SHORT_SECONDS) void viewer.checks.load();
  }, [viewer, isDrawn]);
  const Panel = TABS.find(({ id }) => id === shown)?.panel;

  /** Arrows go from tab to tab, as in every set of tabs. */
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const at = TABS.findIndex(({ id }) => id === shown);
    const next = TABS[(at + by + TABS.length) % TABS.length];
    if (!next) return;
    event.preventDefault();
    setShown(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };

  return (
    <aside class="side" aria-label={texts.value.viewer.side.label}>
      <div class="tabs" role="tablist" aria-label={texts.value.viewer.side.label} onKeyDown={onKey}>
        {TABS.map(({ id, label, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}`}
            aria-selected={id === shown}
            aria-controls={`${base}-panel`}
            tabIndex={id === shown ? 0 : -1}
            onClick={() => setShown(id)}
          >
            {label()}
            {count?.(viewer) != null && <span class="badge warning">{count(viewer)}</span>}
          </button>
        ))}
      </div>
      <div class="panel" role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${shown}`} tabIndex={0}>
        {Panel && <Panel viewer={viewer} />}
      </div>
    </aside>
  );
}
