/** What became of a comment, in words. */
import { dateTime } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import type { Comment } from './use-comment.ts';

/** Whether it is signed, by whom and when. */
export function statusOf({ signed, changedAt }: NonNullable<Comment['last']>): string {
  const t = panelTexts.value.comment;
  return signed ? t.signed(signed.name, dateTime(signed.at)) : t.draft(dateTime(changedAt));
}
