/** All versions of the comment, the latest first; loaded when they are asked for. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { statusOf } from './comment-status.ts';

/** A comment has at most so many versions. */
const MOST = 100;

/** @param version of the comment: they are loaded again when it changes */
export function CommentVersions({ id, version }: { id: string; version: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{panelTexts.value.comment.versions}</summary>
      {isOpen && <List id={id} version={version} />}
    </details>
  );
}

function List({ id, version }: { id: string; version: number }) {
  const t = panelTexts.value.comment;
  const { data, failure } = useLoaded(`versions ${id} ${version}`, async (signal) =>
    answered(api.GET('/ecgs/{id}/comment/versions', { params: { path: { id }, query: { limit: MOST } }, signal })),
  );
  if (failure && !data) return <Notice kind="warning">{failure.message}</Notice>;
  if (!data) return <p class="quiet">{texts.value.loading}</p>;
  if (data.items.length === 0) return <p class="quiet">{t.noVersions}</p>;
  return (
    <ol class="versions">
      {data.items.map((one) => (
        <li key={one.number}>
          <strong>{t.version(one.number)}</strong> <span class="quiet small">{statusOf(one)}</span>
          <blockquote>{one.text}</blockquote>
        </li>
      ))}
    </ol>
  );
}
