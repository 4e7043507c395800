/** Asks what a file leaves open, and reads it again. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { COLUMN_WORDS, type ColumnWord } from '../../../src/formats/common/table-options.ts';
import { texts } from '../../text/index.ts';
import { readingTexts } from '../../text/reading.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Beginning } from './beginning.tsx';
import type { Settling } from './doubts.ts';
import { type Item, items } from './items.ts';
import { askedOf, isAskedAlike, isTable } from './questions.ts';
import { readAgain } from './read-again.ts';
import { before, numberIn, type Reading, withColumn } from './reading.ts';

export function ReadingDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const t = readingTexts.value;
  // As it was when it was opened: what happens to the others meanwhile changes nothing here.
  const [{ state, asked, others }] = useState(() => openedFor(item));
  const [reading, setReading] = useState(() => asked.reduce(prefilled, item.reading));
  const [rate, setRate] = useState(() => String(item.reading.samplingRate ?? ''));
  const [gain, setGain] = useState(() => String(item.reading.gain));
  const [hasOthers, setOthers] = useState(false);
  const [removes, setRemoves] = useState(state.phase === 'done' || item.removesFormer);
  const [isInvalid, setInvalid] = useState(false);
  const say = (changes: Partial<Reading>): void => setReading({ ...reading, ...changes });
  const form = useAsked(asked[0]?.settling ?? null);
  const samplingRate = rate.trim() === '' ? null : numberIn(rate);
  const isRateBad = rate.trim() !== '' && samplingRate === null;
  const isGainBad = reading.unit !== null && numberIn(gain) === null;

  const submit = (): void => {
    setInvalid(true);
    if (isRateBad || isGainBad) return;
    const said = { ...reading, samplingRate, gain: numberIn(gain) ?? 1 };
    for (const one of [item, ...(hasOthers ? others : [])]) readAgain(one, said, removes && canRemove(one));
    onClose();
  };

  return (
    <Dialog title={t.title(item.name)} onClose={onClose}>
      <form
        ref={form}
        class="reading"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {asked.length > 0 && (
          <Notice kind="warning">
            <ul>
              {asked.map(({ text }) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </Notice>
        )}
        {isTable(item, state) && (
          <>
            <Beginning chosen={state.parts[0]?.chosen ?? null} />
            <TableFields reading={reading} onSay={say} />
          </>
        )}
        <div data-field="samplingRate">
          <TextField
            label={t.rate}
            hint={t.rateHint}
            value={rate}
            onValue={setRate}
            error={isInvalid && isRateBad ? t.noNumber : undefined}
          />
        </div>
        <div data-field="unit">
          <SelectField
            label={t.unit}
            hint={t.unitHint}
            value={reading.unit ?? ''}
            options={Object.entries(t.units)}
            onValue={(unit) => say({ unit: unit || null })}
          />
        </div>
        {reading.unit !== null && (
          <TextField
            label={t.gain}
            hint={t.gainHint}
            value={gain}
            onValue={setGain}
            error={isInvalid && isGainBad ? t.noNumber : undefined}
          />
        )}
        {others.length > 0 && <Check label={t.others(others.length)} value={hasOthers} onValue={setOthers} />}
        {canRemove(item) && <Check label={t.removeFormer} value={removes} onValue={setRemoves} />}
        {state.phase === 'known' && <p class="hint">{t.keepsFormer}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            {texts.value.cancel}
          </button>
          <button type="submit" class="main">
            {t.submit}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** What to do with commas and columns. */
function TableFields({ reading, onSay }: { reading: Reading; onSay: (changes: Partial<Reading>) => void }) {
  const t = readingTexts.value;
  const { decimal, columns } = reading;
  const word = (one: ColumnWord | '') => [one, t.words[one]] as const;
  return (
    <>
      <div data-field="decimal">
        <SelectField
          label={t.decimal}
          hint={t.decimalHint}
          value={decimal ?? ''}
          options={Object.entries(t.decimals) as [NonNullable<typeof decimal> | '', string][]}
          onValue={(said) => onSay({ decimal: said || null })}
        />
      </div>
      <fieldset class="field pairs" data-field="columns">
        <legend>{t.columns}</legend>
        <p class="hint">{t.columnsHint}</p>
        <div class="columns">
          {[...columns, null].map((said, index) => (
            <SelectField
              key={index}
              label={t.column(index + 1)}
              value={said ?? ''}
              // Nothing can be left open before a column of which something is said.
              options={[...(index < columns.length - 1 ? [] : [word('')]), ...COLUMN_WORDS.map(word)]}
              onValue={(chosen) => onSay({ columns: withColumn(columns, index, chosen || null) })}
            />
          ))}
        </div>
      </fieldset>
    </>
  );
}

/** The form, which begins at the field that settles the first doubt. */
function useAsked(settling: Settling | null): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const fields = form.current?.querySelectorAll<HTMLElement>(`[data-field=${settling}] :is(input, select)`) ?? [];
    // Of the columns, the one of which nothing is said yet.
    const field = [...fields].at(-1);
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  }, []);
  return form;
}

function Check({ label, value, onValue }: { label: string; value: boolean; onValue: (value: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => onValue(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

/** The item with its doubts, and the others of which the same can be said. */
function openedFor(item: Item) {
  const others = items.peek().filter((one) => one !== item && isAskedAlike(one, item));
  return { state: item.state.peek(), asked: askedOf(item), others };
}

/** Only what this upload has made: what was there before may be in use. */
const canRemove = ({ state }: Item): boolean => {
  const { phase, former } = state.peek();
  return phase === 'done' || (phase === 'refused' && former.length > 0);
};

/** The columns before one that is asked about are leads. */
const prefilled = (reading: Reading, { column }: { column: number | null }): Reading =>
  column === null ? reading : { ...reading, columns: before(reading.columns, column) };
