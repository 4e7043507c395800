/** The text of the comment, with what can be done with it. */
import { useState } from 'preact/hooks';
import { texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { faultAt, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Removing } from '../../ui/removing.tsx';
import { CommentVersions } from './comment-versions.tsx';
import { statusOf } from './comment-status.ts';
import { type Comment, type CommentState, useComment } from './use-comment.ts';

export function CommentEditor({ initial }: { initial: Comment }) {
  const t = panelTexts.value.comment;
  const [asked, setAsked] = useState<'sign' | 'discard' | null>(null);
  const state = useComment(initial);
  const { comment, text, isChanged, isBusy, failure, theirs } = state;
  const { last } = comment;
  const isSigned = last?.signed != null;
  const { ecgId: id } = initial;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void state.save();
      }}
    >
      {theirs && <Theirs state={state} />}
      <Field label={t.label} hint={isSigned ? t.signedHint : t.hint} error={faultAt(failure?.fields ?? [], '/text')}>
        {(attributes) => (
          <textarea
            {...attributes}
            class="comment"
            rows={8}
            maxLength={10_000}
            value={text}
            onInput={({ currentTarget }) => state.type(currentTarget.value)}
          />
        )}
      </Field>
      <p class={isChanged ? 'unsaved' : 'quiet'} role="status">
        {isChanged ? t.unsaved : last && statusOf(last)}
      </p>
      {failure && <Notice kind="error">{failure.message}</Notice>}
      <div class="row">
        <button type="submit" disabled={isBusy || !isChanged || text.trim() === ''}>
          {theirs ? t.saveMine : t.save}
        </button>
        <button
          type="button"
          class="main"
          disabled={isBusy || text.trim() === '' || (isSigned && !isChanged)}
          onClick={() => setAsked('sign')}
        >
          {t.sign}
        </button>
        {last && !isSigned && (
          <button type="button" class="plain" disabled={isBusy} onClick={() => setAsked('discard')}>
            {t.discard}
          </button>
        )}
      </div>
      <CommentVersions id={id} version={comment.version} />
      {asked === 'sign' && (
        <Dialog title={t.signTitle} onClose={() => setAsked(null)}>
          <blockquote>{text}</blockquote>
          <p>{t.signLead}</p>
          <footer>
            <button type="button" onClick={() => setAsked(null)}>
              {texts.value.cancel}
            </button>
            <button
              type="button"
              class="main"
              autofocus
              onClick={() => {
                setAsked(null);
                void state.sign();
              }}
            >
              {t.signYes}
            </button>
          </footer>
        </Dialog>
      )}
      {asked === 'discard' && (
        <Removing
          title={t.discarding}
          submit={t.discard}
          remove={state.discard}
          onRemoved={() => {
            setAsked(null);
            announce(t.discarded);
          }}
          onClose={() => setAsked(null)}
        >
          <p>{t.discardLead}</p>
        </Removing>
      )}
    </form>
  );
}

/** What was saved elsewhere, beside what was typed here. */
function Theirs({ state: { theirs, take } }: { state: CommentState }) {
  const t = panelTexts.value.comment;
  if (!theirs?.last) return <Notice kind="warning">{t.theirsGone}</Notice>;
  return (
    <Notice kind="warning">
      <div>
        <p>{t.theirs}</p>
        <p>
          {t.theirText} ({statusOf(theirs.last)})
        </p>
        <blockquote>{theirs.last.text}</blockquote>
        <button type="button" onClick={take}>
          {t.take}
        </button>
      </div>
    </Notice>
  );
}
