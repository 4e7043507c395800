/** What happens to a comment: nothing that was typed is lost, neither by a conflict nor by a lost line. */
import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client.ts';
import { answered, asFailure, type Failure } from '../../api/failure.ts';
import { ifUnchanged } from '../../api/sending.ts';
import { panelTexts } from '../../text/panels.ts';
import { announce } from '../../ui/announce.tsx';
import { dropDraft, keepDraft, readDraft } from '../../ui/drafts.ts';

export type Comment = Schemas['EcgComment'];

export interface CommentState {
  comment: Comment;
  text: string;
  isChanged: boolean;
  isBusy: boolean;
  failure: Failure | null;
  /** What was saved elsewhere in the meantime. */
  theirs: Comment | null;
  type: (text: string) => void;
  save: () => Promise<boolean>;
  sign: () => Promise<void>;
  discard: () => Promise<void>;
  /** Takes over what was saved elsewhere. */
  take: () => void;
}

const textOf = ({ last }: Comment): string => last?.text ?? '';

export function useComment(initial: Comment): CommentState {
  const { ecgId: id } = initial;
  const draft = `comment:${id}`;
  const path = { params: { path: { id } } };
  const [kept] = useState(() => readDraft(draft));
  const [comment, setComment] = useState(initial);
  const [version, setVersion] = useState(kept?.version ?? initial.version);
  const [text, setText] = useState(kept?.values['text'] ?? textOf(initial));
  const [theirs, setTheirs] = useState<Comment | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);

  const keep = (typed: string, base: Comment, of: number): void => {
    if (typed === textOf(base)) dropDraft(draft);
    else keepDraft(draft, { values: { text: typed }, base: { text: textOf(base) }, version: of });
  };
  const adopt = (stored: Comment): void => {
    setComment(stored);
    setVersion(stored.version);
    setText(textOf(stored));
    setTheirs(null);
    setFailure(null);
    dropDraft(draft);
  };
  /** Follows what is stored now; what was typed stays. @returns whether it is what was typed */
  const follow = async (): Promise<boolean> => {
    const present = await answered(api.GET('/ecgs/{id}/comment', path));
    if (textOf(present) === text && present.last) {
      adopt(present);
      return true;
    }
    setComment(present);
    setVersion(present.version);
    setTheirs(present);
    keep(text, present, present.version);
    return false;
  };
  /** @returns the answer; null: it failed, which is shown */
  const attempt = async <Answer>(work: () => Promise<Answer>): Promise<Answer | null> => {
    setBusy(true);
    setFailure(null);
    try {
      return await work();
    } catch (error) {
      setFailure(asFailure(error));
      return null;
    } finally {
      setBusy(false);
    }
  };

  const write = async (): Promise<Comment | null> => {
    try {
      const { headers } = ifUnchanged(version);
      const stored = await answered(api.PUT('/ecgs/{id}/comment', { ...path, headers, body: { text } }));
      adopt(stored);
      return stored;
    } catch (error) {
      if (asFailure(error).code !== 'version-stale') throw error;
      // An earlier attempt whose answer was lost is no conflict.
      return (await follow()) ? answered(api.GET('/ecgs/{id}/comment', path)) : null;
    }
  };
  const isChanged = text !== textOf(comment);

  return {
    comment,
    text,
    isChanged,
    isBusy,
    failure,
    theirs,
    type: (typed) => {
      setText(typed);
      keep(typed, comment, version);
    },
    save: async () => {
      const stored = await attempt(write);
      if (stored) announce(panelTexts.value.comment.saved);
      return stored !== null;
    },
    sign: async () => {
      const signed = await attempt(async () => {
        const stored = isChanged ? await write() : comment;
        if (!stored) return null;
        const { headers } = ifUnchanged(isChanged ? stored.version : version);
        try {
          return await answered(api.POST('/ecgs/{id}/comment/sign', { ...path, headers }));
        } catch (error) {
          if (asFailure(error).code !== 'version-stale') throw error;
          const isSame = await follow();
          const present = isSame ? await answered(api.GET('/ecgs/{id}/comment', path)) : null;
          // The answer to an earlier attempt was lost, or it was signed elsewhere.
          return present?.last?.signed ? present : null;
        }
      });
      if (!signed) return;
      adopt(signed);
      announce(panelTexts.value.comment.signedNow);
    },
    discard: async () => {
      const gone = await answered(api.DELETE('/ecgs/{id}/comment', { ...path, ...ifUnchanged(version) })).then(
        () => null,
        asFailure,
      );
      // Gone already: the answer to an earlier attempt was lost, or it was discarded elsewhere.
      if (gone && gone.status !== 404) throw gone;
      adopt(await answered(api.GET('/ecgs/{id}/comment', path)));
    },
    take: () => theirs && adopt(theirs),
  };
}
