/** Names what the caliper measures, and keeps it as an own mark. QT comes with QTc by four formulas. */
import { qtc, type Qtc } from '../../../src/signal/qtc.ts';
import { leadName, number } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { TextField } from '../../ui/field.tsx';
import { toggleCaliper } from '../actions.ts';
import { readingText, timeText } from '../readings.ts';
import type { PanelProps } from '../viewer.ts';
import { type Kind, measurement, millisecondsOf, nearestRr, rrOfRate, TIME_KINDS } from './measuring.ts';
import { type OwnMarks, useMarking } from './own-marks.ts';
import { useDraft } from './use-draft.ts';

export function Measure({ viewer, own }: PanelProps & { own: OwnMarks }) {
  const t = panelTexts.value.measure;
  const caliper = viewer.caliper.value;
  const [{ kind, rate, text }, put] = useDraft(`measure:${viewer.ecg.peek().id}`, { kind: 'RR', rate: '', text: '' });
  const { isBusy, failure, add, again } = useMarking(viewer, (made) => {
    if ((made.text ?? '') === text.trim()) put({ text: '' });
    announce(t.kept(t.kinds[made.value?.kind ?? 'interval']));
    // The next one is begun where it is, without taking the caliper away first.
    if (viewer.caliper.peek()) viewer.placing.value = true;
    own.reload();
  });
  if (!caliper)
    return (
      <section>
        <h2>{t.title}</h2>
        <p>{t.none}</p>
        <button type="button" onClick={() => toggleCaliper(viewer, 'time')}>
          {t.place}
        </button>
      </section>
    );

  const channel = viewer.channelAt(caliper.channel);
  const lead = { ...channel, samplingRate: viewer.rateOf(caliper.channel) };
  const isTime = caliper.kind === 'time';
  const chosen = isTime ? (kind as Kind) : 'amplitude';
  const kept = nearestRr(own.marks ?? [], caliper.a.sample / lead.samplingRate);
  const typedRr = rrOfRate(rate);
  const rrMs = rate.trim() === '' ? (kept?.ms ?? null) : typedRr;
  const mark = measurement(caliper, lead, { kind: chosen, rrMs, text });
  const ms = millisecondsOf(caliper, lead.samplingRate);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (mark) void add(mark);
      }}
    >
      <h2>{t.title}</h2>
      <p>
        <strong>{t.reading(leadName(channel), readingText(viewer))}</strong>
      </p>
      {isTime && (
        <div class="kinds" role="group" aria-label={t.kind}>
          {TIME_KINDS.map((one) => (
            <button key={one} type="button" aria-pressed={one === chosen} onClick={() => put({ kind: one })}>
              {t.kinds[one]}
            </button>
          ))}
        </div>
      )}
      {chosen === 'QT' && (
        <>
          <TextField
            label={t.rate}
            value={rate}
            onValue={(value) => put({ rate: value })}
            hint={kept ? t.rateFrom(number(kept.ms, 1), timeText(kept.at)) : t.rateNeeded}
            error={rate.trim() !== '' && typedRr === null ? t.rateInvalid : undefined}
          />
          {rrMs !== null && ms > 0 && <Corrected values={qtc(ms, rrMs)} />}
        </>
      )}
      <TextField label={t.remark} value={text} onValue={(value) => put({ text: value })} />
      {!mark && <p class="hint">{isTime ? t.noLength : t.noVoltage}</p>}
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      <button type="submit" class="main" disabled={isBusy || !mark}>
        {t.keep(t.kinds[chosen])}
      </button>
    </form>
  );
}

function Corrected({ values }: { values: Qtc }) {
  const t = panelTexts.value.measure;
  return (
    <table class="qtc" aria-label={t.qtc}>
      <caption>{t.qtc}</caption>
      <tbody>
        {(['bazett', 'fridericia', 'framingham', 'hodges'] as const).map((formula) => (
          <tr key={formula}>
            <th scope="row">{t.formulas[formula]}</th>
            <td class="number">{number(values[formula], 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A kept measurement in words, such as `QT 400 ms`; empty for none. */
export function measuredText(value: { kind: Kind; ms: number | null; mV: number | null } | null): string {
  if (!value) return '';
  const name = panelTexts.value.measure.kinds[value.kind];
  return [
    name,
    value.ms === null ? '' : `${number(value.ms, 1)} ms`,
    value.mV === null ? '' : `${number(value.mV, 3)} mV`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
