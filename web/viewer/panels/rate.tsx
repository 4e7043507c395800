/** Asks for the sampling rate of channels whose file does not state it. */
import { useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered, asFailure } from '../../api/failure.ts';
import { ifUnchanged } from '../../api/sending.ts';
import { texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { faultAt, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { PanelProps, Viewer } from '../viewer.ts';

interface RateProps extends PanelProps {
  /** Loads the recording anew. */
  onSet: () => void;
}

/** Instead of the paper, where no channel has a rate; above it, where some have none. */
export function Rate({ viewer, onSet }: RateProps) {
  const t = panelTexts.value.rate;
  const [isAsked, setAsked] = useState(false);
  if (viewer.channels.length === 0)
    return (
      <div class="page narrow">
        <div class="card">
          <h2>{t.title}</h2>
          <p>{t.lead}</p>
          <RateForm viewer={viewer} onSet={onSet} />
        </div>
      </div>
    );
  return (
    <>
      <Notice kind="warning">
        <span>{t.some(viewer.timeless.join(', '))}</span>
        <button type="button" onClick={() => setAsked(true)}>
          {t.set}
        </button>
      </Notice>
      {isAsked && (
        <Dialog title={t.set} onClose={() => setAsked(false)}>
          <p>{t.some(viewer.timeless.join(', '))}</p>
          <RateForm viewer={viewer} onSet={onSet} />
        </Dialog>
      )}
    </>
  );
}

function RateForm({ viewer, onSet }: { viewer: Viewer; onSet: () => void }) {
  const t = panelTexts.value.rate;
  const [rate, setRate] = useState('');
  const [error, setError] = useState<string | undefined>();

  const submit = async (): Promise<void> => {
    const value = Number(rate.replace(',', '.'));
    if (!(value > 0)) {
      setError(t.invalid);
      return;
    }
    const { id, version } = viewer.ecg.peek();
    try {
      await answered(
        api.PATCH('/ecgs/{id}', {
          params: { path: { id } },
          body: { samplingRate: value },
          ...ifUnchanged(version),
        }),
      );
      onSet();
    } catch (failed) {
      const failure = asFailure(failed);
      const message = faultAt(failure.fields, '/samplingRate') ?? failure.message;
      setError(failure.status === 412 ? texts.value.errors.conflict : message);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label={t.rate} value={rate} onValue={setRate} error={error} required />
      <button type="submit" class="main">
        {t.submit}
      </button>
    </form>
  );
}
