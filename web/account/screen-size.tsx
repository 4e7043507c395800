/** Measures how many pixels a millimetre has on this screen, with a bank card (ISO/IEC 7810 ID-1: 85.60 × 53.98 mm). */
import { useState } from 'preact/hooks';
import { prefer, preferences } from '../preferences.ts';
import { number } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';

const CARD_MM = 85.6;
/** CSS pixels per millimetre: what CSS takes a screen to have, and the range in which screens are. */
const NOMINAL = 96 / 25.4;
const LEAST = 2;
const MOST = 9;
const STEP = 0.01;
/** Steps of page up and page down. */
const COARSE = 10;

export function ScreenSize() {
  const t = pageTexts.value.account;
  const known = preferences.value.pixelsPerMm;
  const [pixels, setPixels] = useState(known ?? NOMINAL);
  const isInForce = known !== null && Math.abs(known - pixels) < STEP / 2;
  const set = (value: number): void => setPixels(Math.min(MOST, Math.max(LEAST, value)));
  const onKey = (event: KeyboardEvent): void => {
    const direction = event.key === 'PageUp' ? 1 : event.key === 'PageDown' ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    set(pixels + direction * COARSE * STEP);
  };
  return (
    <section class="card" aria-labelledby="screen">
      <h2 id="screen">{t.screen}</h2>
      <p>{t.screenLead}</p>
      <div class="bank-card-frame">
        <div class="bank-card" aria-hidden="true" style={{ '--mm': `${pixels}px` }}>
          <span>{number(CARD_MM, 1)} mm</span>
        </div>
      </div>
      <div class="field">
        <label for="card-width">{t.cardWidth}</label>
        <input
          id="card-width"
          type="range"
          min={LEAST}
          max={MOST}
          step={STEP}
          value={pixels}
          aria-describedby="card-keys"
          aria-valuetext={t.pixels(number(pixels, 2))}
          onInput={(event) => set(event.currentTarget.valueAsNumber)}
          onKeyDown={onKey}
        />
        <p class="hint" id="card-keys">
          {t.pixels(number(pixels, 2))} · {t.cardKeys}
        </p>
      </div>
      <p role="status">
        {known === null ? t.notMeasured : t.measured} <span class="quiet">{t.zoomHint}</span>
      </p>
      <div class="row">
        <button
          type="button"
          class="main"
          disabled={isInForce}
          onClick={() => prefer({ pixelsPerMm: Math.round(pixels * 1_000) / 1_000 })}
        >
          {t.useIt}
        </button>
        {known !== null && (
          <button type="button" onClick={() => prefer({ pixelsPerMm: null })}>
            {t.forget}
          </button>
        )}
      </div>
    </section>
  );
}
