/** What became of each of several recordings. */
import type { Failure } from '../../api/failure.ts';
import { toldOf } from '../../api/told.ts';
import { problemText, texts } from '../../text/index.ts';
import { Notice } from '../../ui/notice.tsx';
import type { Selected } from '../selection.ts';
import type { Result } from './requests.ts';

interface Props {
  selected: readonly Selected[];
  results: readonly Result[];
  failure: Failure | null;
}

export function Results({ selected, results, failure }: Props) {
  const t = texts.value.list.bulk;
  const done = results.filter(({ code }) => code === null).length;
  const failed = results.filter(({ code }) => code !== null);
  const nameOf = (id: string): string => selected.find((one) => one.id === id)?.name ?? id;
  return (
    <>
      {done > 0 && <Notice kind="good">{t.done(done)}</Notice>}
      {failure && (
        <Notice kind="error">
          <span>
            {toldOf(failure)} {failure.status === 0 && t.unknownOutcome}
          </span>
        </Notice>
      )}
      {failed.length > 0 && (
        <>
          <Notice kind="warning">{t.failed(failed.length)}</Notice>
          <h3>{t.results}</h3>
          <ul class="results">
            {failed.map(({ id, code, detail }) => (
              <li key={id}>
                <a href={`/recordings/${id}`}>{nameOf(id)}</a>:{' '}
                {code === 'version-stale'
                  ? texts.value.errors.conflict
                  : problemText(code ?? '', { detail: detail ?? '' })}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
