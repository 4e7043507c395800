/** Adds a mark with a text at a time of the recording. */
import { useState } from 'preact/hooks';
import { leadName } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { faultAt, SelectField, TextField } from '../../ui/field.tsx';
import { parsedTime, timeText } from '../readings.ts';
import type { PanelProps, Viewer } from '../viewer.ts';
import { type OwnMarks, useMarking } from './own-marks.ts';
import { useDraft } from './use-draft.ts';

export function Note({ viewer, own }: PanelProps & { own: OwnMarks }) {
  const t = panelTexts.value.note;
  const [{ time, lead, text }, put] = useDraft(`note:${viewer.ecg.peek().id}`, { time: '', lead: '', text: '' });
  const [fault, setFault] = useState<string | undefined>();
  const { isBusy, failure, add, again, forget } = useMarking(viewer, (made) => {
    if (made.text === text.trim()) put({ time: '', text: '' });
    announce(t.added);
    own.reload();
  });
  const change = (changed: Partial<Record<'time' | 'lead' | 'text', string>>): void => {
    forget();
    put(changed);
  };
  const names = viewer.channels.map((channel) => [channel.name, leadName(channel)] as const);

  const submit = async (): Promise<void> => {
    const at = time.trim() === '' ? placeOf(viewer) : parsedTime(time);
    const whole = panelTexts.value.jumpDialog;
    if (at === null || at > viewer.duration)
      return setFault(at === null ? whole.invalid : whole.outside(timeText(viewer.duration)));
    setFault(undefined);
    if (await add({ at, channel: lead === '' ? null : lead, text: text.trim() })) viewer.centre(at);
  };

  return (
    <details>
      <summary>{t.title}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={t.text}
          value={text}
          onValue={(value) => change({ text: value })}
          error={faultAt(failure?.fields ?? [], '/text')}
          required
        />
        <TextField
          label={t.time}
          value={time}
          onValue={(value) => change({ time: value })}
          hint={t.timeHint}
          error={fault}
          placeholder={timeText(placeOf(viewer))}
        />
        <SelectField
          label={t.lead}
          value={lead}
          options={[['', t.allLeads], ...names]}
          onValue={(value) => change({ lead: value })}
        />
        {failure && <FailureNotice failure={failure} onRetry={again} />}
        <button type="submit" disabled={isBusy}>
          {t.submit}
        </button>
      </form>
    </details>
  );
}

/** Where a mark goes if no time is typed: the caliper's first handle, or the middle of the window. In seconds. */
function placeOf(viewer: Viewer): number {
  const caliper = viewer.caliper.value;
  if (caliper) return caliper.a.sample / viewer.rateOf(caliper.channel);
  const { from, to } = viewer.window.value;
  return Math.round(((from + to) / 2) * 1_000) / 1_000;
}
