/** The reader's own marks, with who made them and when. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { session } from '../../session/session.ts';
import { dateTime, number, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Removing } from '../../ui/removing.tsx';
import { leadNamed, timeText } from '../readings.ts';
import type { PanelProps } from '../viewer.ts';
import { EditMark } from './edit-mark.tsx';
import { measuredText } from './measure.tsx';
import type { OwnMark } from './measuring.ts';
import { MOST, type OwnMarks, removeMark } from './own-marks.ts';

interface OwnListProps extends PanelProps {
  own: OwnMarks;
  /** The id of the mark that is edited. */
  editing: string | null;
  onEdit: (id: string | null) => void;
}

export function OwnList({ viewer, own, editing, onEdit }: OwnListProps) {
  const t = panelTexts.value.own;
  const [going, setGoing] = useState<OwnMark | null>(null);
  const edited = useRef(editing);
  useLayoutEffect(() => {
    if (editing === null) document.getElementById(editId(edited.current))?.focus();
    edited.current = editing;
  }, [editing]);
  const { marks, failure } = own;
  return (
    <section>
      <h2>{t.title}</h2>
      {failure && <Notice kind="warning">{failure.message}</Notice>}
      {!marks && !failure && <p class="quiet">{texts.value.loading}</p>}
      {marks?.length === 0 && <p class="quiet">{t.none}</p>}
      {own.isCut && <p class="hint">{t.first(MOST)}</p>}
      <ul class="own-marks">
        {marks?.map((mark) => (
          <li key={mark.id}>
            {mark.id === editing ? (
              <EditMark
                viewer={viewer}
                mark={mark}
                onSaved={(saved) => {
                  own.replace(saved);
                  announce(t.saved);
                  onEdit(null);
                }}
                onClose={() => {
                  onEdit(null);
                  // It may have been changed or deleted elsewhere.
                  own.reload();
                }}
              />
            ) : (
              <Item viewer={viewer} mark={mark} onEdit={() => onEdit(mark.id)} onRemove={() => setGoing(mark)} />
            )}
          </li>
        ))}
      </ul>
      {going && (
        <Removing
          title={t.removing}
          remove={async () => removeMark(viewer.ecg.peek().id, going)}
          onRemoved={() => {
            setGoing(null);
            announce(t.removed);
            own.reload();
          }}
          onClose={() => {
            setGoing(null);
            // It may have been changed elsewhere, and was not deleted for that reason.
            own.reload();
          }}
        >
          <p>
            {[timeText(going.at), going.channel && leadNamed(viewer, going.channel), whatOf(going)]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </Removing>
      )}
    </section>
  );
}

const editId = (mark: string | null): string => `edit-${mark}`;

interface ItemProps extends PanelProps {
  mark: OwnMark;
  onEdit: () => void;
  onRemove: () => void;
}

function Item({ viewer, mark, onEdit, onRemove }: ItemProps) {
  const t = panelTexts.value.own;
  const { value } = mark;
  return (
    <>
      <div class="row spread">
        <button
          type="button"
          class="plain"
          aria-label={t.goTo(timeText(mark.at))}
          onClick={() => viewer.centre(mark.at + (mark.duration ?? 0) / 2)}
        >
          {timeText(mark.at)}
        </button>
        <span class="what">
          {mark.channel && <span class="quiet">{leadNamed(viewer, mark.channel)} </span>}
          <strong>{whatOf(mark)}</strong>
        </span>
        <button type="button" class="plain" id={editId(mark.id)} aria-label={t.edit(whatOf(mark))} onClick={onEdit}>
          {texts.value.edit}
        </button>
        <button
          type="button"
          class="plain"
          aria-label={t.remove(whatOf(mark))}
          title={texts.value.delete}
          onClick={onRemove}
        >
          ×
        </button>
      </div>
      {value && (mark.code || mark.text) && <p>{[mark.code, mark.text].filter(Boolean).join(' ')}</p>}
      {value?.qtc && (
        <p class="small">
          {t.qtc(
            ...((['bazett', 'fridericia', 'framingham', 'hodges'] as const).map((formula) =>
              number(value.qtc?.[formula] ?? 0),
            ) as [string, string, string, string]),
          )}
        </p>
      )}
      <p class="hint">{t.by(nameOf(mark.createdBy), dateTime(mark.createdAt))}</p>
    </>
  );
}

const whatOf = ({ value, code, text }: OwnMark): string =>
  measuredText(value) || [code, text].filter(Boolean).join(' ');

function nameOf(user: string): string {
  const own = session.value?.user;
  return own?.id === user ? own.fullName : panelTexts.value.own.other;
}
