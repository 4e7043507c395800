/** What is implausible about the recording, as notices with their places. */
import { useEffect } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { Notice } from '../ui/notice.tsx';
import { timeText } from './readings.ts';
import type { PanelProps } from './viewer.ts';

/** Places of a notice that are shown. */
const PLACES = 8;

export function ChecksPanel({ viewer }: PanelProps) {
  const t = texts.value.viewer.checks;
  const { checks } = viewer;
  useEffect(() => void checks.load(), [checks]);
  const findings = checks.findings.value;
  const failure = checks.failure.value;
  if (failure && !findings)
    return (
      <>
        <Notice kind="warning">{`${t.failed} ${failure.message}`}</Notice>
        <button type="button" onClick={() => void checks.load()}>
          {texts.value.retry}
        </button>
      </>
    );
  if (!findings) return <p class="quiet">{texts.value.loading}</p>;
  if (findings.length === 0) return <p>{t.none}</p>;
  return (
    <ul class="findings">
      {findings.map(({ code, channels, message, ranges, moreRanges }) => {
        const hidden = Math.max(0, ranges.length - PLACES) + moreRanges;
        return (
          <li key={`${code} ${channels.join()}`} class="notice warning">
            <div>
              {channels.length > 0 && <strong>{channels.join(', ')}: </strong>}
              {message}
              {ranges.length > 0 && (
                <div class="row">
                  {ranges.slice(0, PLACES).map(({ from }) => (
                    <button
                      key={from}
                      type="button"
                      class="plain"
                      aria-label={t.goTo(timeText(from))}
                      onClick={() => viewer.centre(from)}
                    >
                      {timeText(from)}
                    </button>
                  ))}
                  {hidden > 0 && <span>{t.more(hidden)}</span>}
                </div>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
