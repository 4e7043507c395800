/** Bar charts of our own, in HTML; the figures are in a table beside each. */

export interface Bar {
  label: string;
  /** Parts from the start of the bar, each a share of the longest possible bar, 0 to 1. */
  parts: readonly { share: number; tone: 'good' | 'error' | 'open' | 'plain' }[];
  /** Written behind the bar. */
  value: string;
}

/** One bar a line. @param label what a screen reader says instead of the bars */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  return (
    <div class="chart-bars" role="img" aria-label={label}>
      {bars.map((bar) => (
        <div class="bar-line" key={bar.label}>
          <span class="bar-label" title={bar.label}>
            {bar.label}
          </span>
          <span class="bar-track">
            {bar.parts.map(({ share, tone }) => (
              <span key={tone} class={`bar-part ${tone}`} style={{ inlineSize: `${share * 100}%` }} />
            ))}
          </span>
          <span class="bar-value">{bar.value}</span>
        </div>
      ))}
    </div>
  );
}

/** What the colours mean. */
export const Legend = ({ entries }: { entries: readonly (readonly [tone: string, text: string])[] }) => (
  <p class="legend small">
    {entries.map(([tone, text]) => (
      <span key={tone} class="row">
        <span class={`bar-part swatch ${tone}`} aria-hidden="true" />
        {text}
      </span>
    ))}
  </p>
);
