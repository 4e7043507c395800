/** One recording that is uploaded: its progress, and what can be done with it. */
import { duration, number, size, texts } from '../../text/index.ts';
import { useState } from 'preact/hooks';
import { preferences } from '../../preferences.ts';
import { partName, readingTexts } from '../../text/reading.ts';
import { later } from '../../ui/later.tsx';
import type { Item, ItemState } from './items.ts';
import { canBeReadAgain, doubtsOf, askedOf } from './questions.ts';
import { cancel, pause, resume, retry } from './queue.ts';

const ReadingDialog = later(async () => (await import('./reading-dialog.tsx')).ReadingDialog, { isQuiet: true });

export function UploadRow({ item }: { item: Item }) {
  const t = texts.value.upload;
  const state = item.state.value;
  const { phase, parts, recordings, refusal, missing, former } = state;
  const bytes = parts.reduce((sum, part) => sum + part.size, 0);
  const sent = parts.reduce((sum, part) => sum + (part.isSent ? part.size : part.sent), 0);
  const share = phase === 'making' ? state.read : bytes === 0 ? 0 : sent / bytes;
  const isRunning = ['waiting', 'sending', 'paused', 'offline', 'making', 'lost'].includes(phase);
  return (
    <li class={phase}>
      <div class="line">
        <span class="name" title={parts.map((part) => `${part.name} (${size(part.size)})`).join('\n')}>
          {item.name}
          {parts.length > 1 && <span class="quiet"> +{parts.length - 1}</span>}
        </span>
        <Actions item={item} />
      </div>
      {isRunning && <progress max="1" value={share} aria-label={t.progressLabel(item.name)} />}
      <p class="small quiet status">
        <span>
          {phase === 'sending'
            ? [`${number(share * 100)} % · ${size(bytes)}`, ...paceOf(state)].join(' · ')
            : [t.states[phase], ...(phase === 'making' && share > 0 ? [`${number(share * 100)} %`] : [])].join(' · ')}
        </span>
        {recordings.map(({ id, part }, i) => {
          const text = recordings.length === 1 ? t.open : openText(i + 1, part);
          return (
            <a key={id} href={`/recordings/${id}`} aria-label={`${item.name}: ${text}`}>
              {text}
            </a>
          );
        })}
        {refusal?.existing && <a href={`/recordings/${refusal.existing}`}>{t.existing}</a>}
        {!isRunning &&
          former.map(({ id }) => (
            <a key={id} href={`/recordings/${id}`} aria-label={`${item.name}: ${t.open}, ${readingTexts.value.former}`}>
              {t.open} ({readingTexts.value.former})
            </a>
          ))}
      </p>
      {refusal && <Reason state={state} />}
      {missing.length > 0 && <p class="field-error">{t.missing(missing.join(', '))}</p>}
      {!refusal && <Warnings state={state} />}
      {canBeReadAgain(item) && <ReadingButton item={item} />}
    </li>
  );
}

/** @param at counted from 1, among the recordings of its file */
const openText = (at: number, part: string | null): string =>
  texts.value.upload.openOne(at) + (part === null ? '' : ` (${partName(part)})`);

/** The language of the service's own words, where it is not that of the page. */
const foreignLanguage = (): string | undefined => (preferences.value.language === 'en' ? undefined : 'en');

/** Why it was refused. Where that is not translated, the words of the service follow. */
function Reason({ state }: { state: ItemState }) {
  const { message, detail = '' } = state.refusal ?? { message: '' };
  const doubt = doubtsOf(state)[0];
  if (doubt && doubt.key !== null) return <p class="field-error">{doubt.text}</p>;
  return (
    <>
      <p class="field-error">{message}</p>
      {detail !== '' && !message.includes(detail) && (
        <p class="small">
          {readingTexts.value.serviceSays} <span lang={foreignLanguage()}>{detail}</span>
        </p>
      )}
    </>
  );
}

/** What was assumed; shown at once if the values may be wrong. */
function Warnings({ state }: { state: ItemState }) {
  const doubts = doubtsOf(state);
  if (doubts.length === 0) return null;
  return (
    <details class="small" open={doubts.some(({ isGrave }) => isGrave)}>
      <summary>{texts.value.upload.warnings(doubts.length)}</summary>
      <ul>
        {doubts.map(({ text, key }) => (
          <li key={text} lang={key === null ? foreignLanguage() : undefined}>
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}

function ReadingButton({ item }: { item: Item }) {
  const t = readingTexts.value;
  const isAsked = askedOf(item).length > 0;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class={isAsked ? 'small' : 'plain small'}
        aria-label={`${item.name}: ${t.open}`}
        onClick={() => setOpen(true)}
      >
        {t.open}
      </button>
      {isOpen && <ReadingDialog item={item} onClose={() => setOpen(false)} />}
    </>
  );
}

function paceOf({ rate, secondsLeft }: ItemState): string[] {
  const t = texts.value.upload;
  return [
    ...(rate === null ? [] : [t.rate(size(rate))]),
    ...(secondsLeft === null ? [] : [t.left(duration(secondsLeft))]),
  ];
}

function Actions({ item }: { item: Item }) {
  const t = texts.value.upload;
  const { phase, refusal } = item.state.value;
  const isOver = ['done', 'known', 'refused'].includes(phase);
  const action = (text: string, act: () => void) => (
    <button type="button" class="plain" aria-label={t.action(text, item.name)} onClick={act}>
      {text}
    </button>
  );
  return (
    <span class="row">
      {['waiting', 'sending', 'offline'].includes(phase) && action(t.pause, () => pause(item))}
      {phase === 'paused' && action(t.resume, () => resume(item))}
      {phase === 'refused' && refusal?.code === 'content-exists' && action(t.keepBoth, () => retry(item, true))}
      {phase === 'refused' && refusal?.code !== 'format-unknown' && action(t.retry, () => retry(item))}
      <button
        type="button"
        class="plain"
        aria-label={t.action(isOver ? t.remove : t.cancel, item.name)}
        title={isOver ? t.remove : t.cancel}
        onClick={() => cancel(item)}
      >
        ×
      </button>
    </span>
  );
}
