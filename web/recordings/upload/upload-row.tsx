/** One recording that is uploaded: its progress, and what can be done with it. */
import { duration, number, size, texts } from '../../text/index.ts';
import type { Item, ItemState } from './items.ts';
import { cancel, pause, resume, retry } from './queue.ts';

export function UploadRow({ item }: { item: Item }) {
  const t = texts.value.upload;
  const state = item.state.value;
  const { phase, parts, recordings, refusal, warnings, missing } = state;
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
        {recordings.map((id, i) => {
          const text = recordings.length === 1 ? t.open : t.openOne(i + 1);
          return (
            <a key={id} href={`/recordings/${id}`} aria-label={`${item.name}: ${text}`}>
              {text}
            </a>
          );
        })}
        {refusal?.existing && <a href={`/recordings/${refusal.existing}`}>{t.existing}</a>}
      </p>
      {refusal && <p class="field-error">{refusal.message}</p>}
      {missing.length > 0 && <p class="field-error">{t.missing(missing.join(', '))}</p>}
      {warnings.length > 0 && (
        <details class="small">
          <summary>{t.warnings(warnings.length)}</summary>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
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
