/** Another ECG laid over the present one: which is which, how it is moved, and what cannot be compared. */
import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { dateTime, leadName, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce, notify } from '../../ui/announce.tsx';
import { Notice } from '../../ui/notice.tsx';
import { parsedTime, timeText } from '../readings.ts';
import type { PanelProps, Viewer } from '../viewer.ts';
import { CompareButtons, type Other, OtherNotices, useOther } from './comparing.tsx';
import { distanceText } from './distance.ts';
import { Laid, STEPS, type Step } from './laid.ts';

export function Over({ viewer }: PanelProps) {
  const t = panelTexts.value.others;
  const loading = useOther(viewer);
  const [laid, setLaid] = useState<Laid | null>(null);
  const { other } = loading;
  useEffect(() => {
    if (!other?.duration) return undefined;
    const made = new Laid(viewer, other, (one) => textOf(viewer, one));
    viewer.laid.value = made;
    setLaid(made);
    let isFirst = true;
    const end = effect(() => {
      const text = movedText(made);
      if (!isFirst) announce(text);
      isFirst = false;
    });
    return () => {
      end();
      made.close();
      viewer.laid.value = null;
      setLaid(null);
    };
  }, [viewer, other]);

  return (
    <section class="over" aria-label={t.over.label}>
      <div class="row over-line">
        <h2>
          <i class="line-sample" aria-hidden="true" /> {t.present(dateOf(viewer))}
        </h2>
        <h2>
          <i class="line-sample under" aria-hidden="true" />{' '}
          {other ? t.over.heading(dateOf(other)) : loading.failure ? t.over.label : texts.value.loading}{' '}
          {other && <span class="quiet small">{distanceText(viewer.ecg.value.date, other.ecg.value.date)}</span>}
        </h2>
        <CompareButtons viewer={viewer} place="beside" text={t.show} />
      </div>
      {laid && laid.matched.pairs.length > 0 && <Moving laid={laid} />}
      <Remarks viewer={viewer} loading={loading} laid={laid} />
    </section>
  );
}

const dateOf = ({ ecg }: Viewer): string =>
  ecg.value.date === null ? panelTexts.value.others.undated : dateTime(ecg.value.date);

/** A time of the other ECG, which may lie before its beginning. */
const signedTime = (seconds: number): string => (seconds < 0 ? `−${timeText(-seconds)}` : timeText(seconds));

const parsedSigned = (text: string): number | null => {
  const [, minus, rest = ''] = /^\s*([-−]?)(.*)$/s.exec(text) ?? [];
  const time = parsedTime(rest);
  return time === null || minus === '' ? time : -time;
};

const atEdge = ({ shift, present }: Laid): number => present.window.value.from + shift.value;

/** Where it is since it was moved; it changes with the shift alone, not when both are moved. */
const movedText = (laid: Laid): string => {
  void laid.shift.value;
  return panelTexts.value.others.over.moved(signedTime(laid.present.window.peek().from + laid.shift.peek()));
};

/** What lies over the present ECG, for those who do not see it. */
function textOf(viewer: Viewer, laid: Laid): string {
  const t = panelTexts.value.others.over;
  const { other } = laid;
  const shown = shownText(laid);
  const distance = distanceText(viewer.ecg.value.date, other.ecg.value.date);
  return [t.text(dateOf(other), distance), shown, ...remarksOf(laid)].join(' ');
}

function shownText({ shown, other }: Laid): string {
  const t = panelTexts.value.others.over;
  if (shown.value === null) return t.nothing;
  const { from, to } = shown.value;
  return t.shown(timeText(from), timeText(to), timeText(other.duration));
}

/** What of the two cannot be compared, as sentences. */
function remarksOf({ matched: { pairs, onlyPresent, onlyOther }, other, present }: Laid): string[] {
  const t = panelTexts.value.others.over;
  const names = pairs.filter(({ isComparable }) => !isComparable).map(({ present: number }) => number);
  const loose = names.map((number) => present.channels[number]).map((channel) => (channel ? leadName(channel) : ''));
  return [
    pairs.length === 0 && t.noLeads,
    onlyPresent.length > 0 && t.onlyPresent(onlyPresent.join(', ')),
    onlyOther.length > 0 && t.onlyOther(onlyOther.join(', ')),
    loose.length > 0 && t.notComparable(loose.join(', ')),
    other.timeless.length > 0 && t.timeless(other.timeless.join(', ')),
  ].filter((remark) => remark !== false);
}

function Moving({ laid }: { laid: Laid }) {
  const t = panelTexts.value.others.over;
  return (
    <div class="row over-line" role="toolbar" aria-label={t.moving}>
      <label>
        {t.step}{' '}
        <select
          title={t.stepTitle}
          value={laid.step.value}
          onChange={({ currentTarget }) => (laid.step.value = currentTarget.value as Step)}
        >
          {STEPS.map((step) => (
            <option key={step} value={step} selected={step === laid.step.value}>
              {t.steps[step]}
            </option>
          ))}
        </select>
      </label>
      <Tool title={t.left} onClick={() => laid.move(-1)}>
        ◀
      </Tool>
      <Tool title={t.right} onClick={() => laid.move(1)}>
        ▶
      </Tool>
      <button type="button" title={t.beatsTitle} onClick={() => laid.alignBeats() || notify(t.noBeat)}>
        {t.beats}
      </button>
      <button type="button" title={t.beginTitle} onClick={() => laid.begin(0)}>
        {t.begin}
      </button>
      <Edge laid={laid} />
    </div>
  );
}

const Tool = ({ title, onClick, children }: { title: string; onClick: () => void; children: ComponentChildren }) => (
  <button type="button" class="plain sign" title={title} aria-label={title} onClick={onClick}>
    <span aria-hidden="true">{children}</span>
  </button>
);

/** The time of the other ECG at the left edge, which can be typed. */
function Edge({ laid }: { laid: Laid }) {
  const t = panelTexts.value.others.over;
  const whole = panelTexts.value.jumpDialog;
  const edge = atEdge(laid);
  /** What is typed, and what is wrong with it; it goes when the ECG is moved. */
  const [typed, setTyped] = useState<{ text: string; fault: string | null; edge: number } | null>(null);
  const { text, fault } = typed?.edge === edge ? typed : { text: signedTime(edge), fault: null };
  const submit = (entered: string): void => {
    const time = parsedSigned(entered);
    if (time !== null && time <= laid.other.duration) {
      setTyped(null);
      laid.begin(time);
      return;
    }
    const reason = time === null ? whole.invalid : whole.outside(timeText(laid.other.duration));
    setTyped({ text: entered, fault: reason, edge });
  };
  return (
    <label class="edge-time">
      {t.edge}{' '}
      <input
        type="text"
        value={text}
        aria-invalid={fault !== null}
        onInput={({ currentTarget }) => setTyped({ text: currentTarget.value, fault, edge })}
        onChange={({ currentTarget }) => submit(currentTarget.value)}
      />
      {fault !== null && (
        <span class="field-error" role="alert">
          {fault}
        </span>
      )}
    </label>
  );
}

function Remarks({ viewer, loading, laid }: PanelProps & { loading: Other; laid: Laid | null }) {
  const { other } = loading;
  const lost = other?.waveforms.failure.value;
  const remarks = laid ? [shownText(laid), ...remarksOf(laid)] : [];
  return (
    <>
      <OtherNotices viewer={viewer} of={loading} />
      {lost && (
        <Notice kind="warning">
          <span>{`${lost.message} ${texts.value.viewer.failure}`}</span>
          <button type="button" onClick={() => other.waveforms.retry()}>
            {texts.value.retry}
          </button>
        </Notice>
      )}
      {remarks.length > 0 && <p class="over-line hint">{remarks.join(' ')}</p>}
    </>
  );
}
