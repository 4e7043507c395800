/** What went wrong when a page was loaded, and what can be done about it. */
import type { Failure } from '../api/failure.ts';
import { isAway, isRefused, toldOf } from '../api/told.ts';
import { texts } from '../text/index.ts';
import { Notice } from './notice.tsx';

interface FailureNoticeProps {
  failure: Failure;
  onRetry: () => void;
  /** What the values of the request are called on the page, by their names in the API. */
  labels?: Readonly<Record<string, string>>;
  /** Whether a list that was loaded before is still shown. */
  isStale?: boolean;
}

/** What went wrong, and a button to try again, unless the same would be refused again. */
export const FailureNotice = ({ failure, onRetry, labels, isStale = false }: FailureNoticeProps) => (
  <Notice kind={isStale && isAway(failure) ? 'warning' : 'error'}>
    <span>
      {toldOf(failure, labels)} {isStale && isAway(failure) && texts.value.list.stale}
    </span>
    {!isRefused(failure) && (
      <button type="button" onClick={onRetry}>
        {texts.value.retry}
      </button>
    )}
  </Notice>
);
