/** Reports figures that were measured in rounds together with a baseline: lines for people, and JSON for programs. */

/** One figure of one run. */
export interface Figure {
  /** Its number in the list of targets. */
  figure: number;
  what: string;
  /** The measured values, one per round, and the baseline's of the same rounds; in `unit`. */
  ours: readonly number[];
  baseline: readonly number[];
  unit: string;
  /** The baseline, in a few words. */
  against: string;
  /**
   * The target applies to the median of the ratio to the baseline, of the difference from it, or of the value itself.
   */
  compare: 'ratio' | 'difference' | 'value';
  /** Null if the figure is only shown. */
  target: { atMost: number } | { atLeast: number } | null;
}

export interface Summary {
  figure: number;
  what: string;
  value: number;
  lowest: number;
  highest: number;
  unit: string;
  target: string;
  /** Null without a target. */
  met: boolean | null;
  ours: number;
  /** Null if there is none, as in JSON. */
  baseline: number | null;
  against: string;
  rounds: number;
}

/** The median of some numbers; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

/** The value below which a fraction `part` (0 to 1) of the numbers is. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function summary({ ours, baseline, compare, target, ...rest }: Figure): Summary {
  const values = ours.map((value, round) => {
    const beside = baseline[round] ?? NaN;
    return compare === 'ratio' ? value / beside : compare === 'difference' ? value - beside : value;
  });
  const value = median(values);
  const unit = compare === 'ratio' ? '×' : rest.unit;
  return {
    figure: rest.figure,
    what: rest.what,
    value: tidy(value),
    lowest: tidy(Math.min(...values)),
    highest: tidy(Math.max(...values)),
    unit,
    target: target === null ? '–' : `${'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`} ${unit}`,
    met: target === null ? null : 'atMost' in target ? value <= target.atMost : value >= target.atLeast,
    ours: tidy(median(ours)),
    baseline: baseline.length === 0 ? null : tidy(median(baseline)),
    against: compare === 'value' ? '–' : `${rest.against} (${rest.unit})`,
    rounds: ours.length,
  };
}

/** Four significant digits. */
const tidy = (value: number): number => Number(value.toPrecision(4));

/** Prints every figure with its baseline and, as the last line, all of them as JSON. */
export function report(bench: string, figures: readonly Figure[]): void {
  const summaries = figures.map(summary);
  console.log(`\n${table(summaries)}\n`);
  console.log(JSON.stringify({ bench, figures: summaries }));
}

const HEADS = ['', 'figure', 'median', 'lowest–highest', 'target', 'met', 'ours', 'baseline', 'the baseline is'];

const cellsOf = (f: Summary): string[] => [
  String(f.figure),
  f.what,
  `${f.value} ${f.unit}`,
  `${f.lowest}–${f.highest}`,
  f.target,
  f.met === null ? '–' : f.met ? 'yes' : 'NO',
  String(f.ours),
  String(f.baseline ?? '–'),
  f.against,
];

/** The figures as a table of plain text. */
export function table(figures: readonly Summary[]): string {
  const rows = [HEADS, ...figures.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same as a table of Markdown. */
export const markdown = (figures: readonly Summary[]): string =>
  [HEADS, HEADS.map(() => '---'), ...figures.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
