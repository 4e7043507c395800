/** A message in the page. */
import type { ComponentChildren } from 'preact';

export type NoticeKind = 'info' | 'good' | 'warning' | 'error';

/** Errors are announced at once by screen readers, other messages when there is time. */
export const Notice = ({ kind, children }: { kind: NoticeKind; children: ComponentChildren }) => (
  <div class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
    {children}
  </div>
);
