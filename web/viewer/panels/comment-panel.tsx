/** The reader's comment: written as a draft, signed, and from then on kept in versions. */
import { api } from '../../api/client.ts';
import { answered } from '../../api/failure.ts';
import { texts } from '../../text/index.ts';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { PanelProps } from '../viewer.ts';
import { CommentEditor } from './comment-editor.tsx';

export function CommentPanel({ viewer }: PanelProps) {
  const { id } = viewer.ecg.value;
  const { data, failure } = useLoaded(`comment ${id}`, async (signal) =>
    answered(api.GET('/ecgs/{id}/comment', { params: { path: { id } }, signal })),
  );
  if (data) return <CommentEditor key={id} initial={data} />;
  return failure ? <Notice kind="error">{failure.message}</Notice> : <p class="quiet">{texts.value.loading}</p>;
}
