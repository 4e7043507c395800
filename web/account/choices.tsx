/** Language, appearance, and how ECG paper is drawn. Each choice applies at once. */
import { prefer, preferences } from '../preferences.ts';
import { number, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { SelectField } from '../ui/field.tsx';

const SPEEDS = [12.5, 25, 50] as const;
const GAINS = [2.5, 5, 10, 20] as const;

/** @param isClinician whether there is anything to draw */
export function Choices({ isClinician }: { isClinician: boolean }) {
  const t = pageTexts.value.account;
  const { language, theme, speed, gain, layout, grid, halfGainV, wheelZooms } = preferences.value;
  return (
    <section class="card" aria-labelledby="choices">
      <h2 id="choices">{t.preferences}</h2>
      <p class="quiet">{t.kept}</p>
      <div class="grid">
        <SelectField
          label={t.language}
          value={language}
          options={pairs(t.languages)}
          onValue={(value) => prefer({ language: value })}
        />
        <SelectField
          label={t.theme}
          value={theme}
          options={pairs(t.themes)}
          onValue={(value) => prefer({ theme: value })}
        />
        {isClinician && (
          <>
            <SelectField
              label={t.layout}
              value={layout}
              options={pairs(texts.value.viewer.layouts)}
              onValue={(value) => prefer({ layout: value })}
            />
            <SelectField
              label={t.grid}
              value={grid}
              options={pairs(texts.value.viewer.grids)}
              onValue={(value) => prefer({ grid: value })}
            />
            <SelectField
              label={t.speed}
              value={String(speed)}
              options={SPEEDS.map((one) => [String(one), `${number(one, 1)} mm/s`] as const)}
              onValue={(value) => prefer({ speed: SPEEDS.find((one) => String(one) === value) ?? 25 })}
            />
            <SelectField
              label={t.gain}
              value={String(gain)}
              options={GAINS.map((one) => [String(one), `${number(one, 1)} mm/mV`] as const)}
              onValue={(value) => prefer({ gain: GAINS.find((one) => String(one) === value) ?? 10 })}
            />
          </>
        )}
      </div>
      {isClinician && (
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={halfGainV}
              onChange={(event) => prefer({ halfGainV: event.currentTarget.checked })}
            />
            {t.halfGainV}
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={wheelZooms}
              onChange={(event) => prefer({ wheelZooms: event.currentTarget.checked })}
            />
            {t.wheelZooms}
          </label>
        </>
      )}
    </section>
  );
}

const pairs = <Value extends string>(names: Readonly<Record<Value, string>>): [Value, string][] =>
  Object.entries(names) as [Value, string][];
