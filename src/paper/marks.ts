/** The marks of a recording above its traces: beats, rhythms, remarks, and pacing. */
import { MARK_LANE } from './rows.ts';
import { INK, type Item } from './scene.ts';
import { textWidth } from './text.ts';
import type { Strip } from './types.ts';

/** A mark as it is drawn. */
export interface PaperMark {
  /** Seconds from the start of the recording; the length is null for a point in time. */
  at: number;
  duration: number | null;
  /** Index of the channel; null: all channels. */
  channel: number | null;
  code: string | null;
  text: string | null;
}

const SIZE = 2.4;
/** Letters of a code that readers may know, such as those of WFDB. */
const SHORT_CODE = 4;
const MOST_LETTERS = 24;
/** Paced beats and pacing artefacts of WFDB, and what other formats call them. */
const PACING = /^[/^]$|pac(?:e|ing)/i;
/** A text that begins with what was measured. */
const MEASURED = /^(-?\d+(?:\.\d+)?) (ms|mV)\b/;
/** Codes that only say that there is a text: changes of rhythm and remarks of WFDB. */
const TEXT_CODES: ReadonlySet<string> = new Set(['+', '"', '~', '@', '']);

/**
 * Marks in the lane above the trace of a strip. Where texts would overlap, only their ticks are drawn.
 * @param recordingEnd in seconds: a mark at it is shown where a strip ends there; null: the sheet does not reach it
 */
export function markItems(
  marks: readonly PaperMark[],
  strip: Strip,
  speed: number,
  recordingEnd: number | null,
): Item[] {
  const isLast = recordingEnd !== null && strip.to >= recordingEnd;
  const base = strip.clipTop - 1.2;
  const place = (seconds: number): number =>
    strip.x + (Math.min(Math.max(seconds, strip.from), strip.to) - strip.from) * speed;
  let textEnd = -Infinity;
  return marks.flatMap((mark): Item[] => {
    const { at, duration } = mark;
    const end = at + (duration ?? 0);
    if (at > strip.to || (at === strip.to && !isLast) || end < strip.from || (end === strip.from && at < strip.from))
      return [];
    const x = place(at);
    const isPacing = PACING.test(mark.code ?? '');
    const colour = isPacing ? INK.pacing : INK.mark;
    // A pacing mark is a line into the trace's room: a stimulus is often too short to be seen.
    const tick = [x, strip.clipTop - 0.8, x, isPacing ? strip.clipTop + 5 : strip.clipTop + 0.6];
    const items: Item[] = [
      { kind: 'lines', name: isPacing ? 'pacing' : 'mark', lines: [tick], colour, thickness: isPacing ? 0.35 : 0.2 },
    ];
    if (duration !== null && duration > 0) {
      const y = strip.clipTop - 0.4;
      items.push({ kind: 'lines', name: 'mark-span', lines: [[x, y, place(end), y]], colour, thickness: 0.4 });
    }
    const text = shown(mark);
    const width = textWidth(text, SIZE);
    const isShort = width < MARK_LANE;
    const begin = isShort ? x - width / 2 : x;
    if (text === '' || begin < textEnd || begin + width > strip.x + strip.width + MARK_LANE) return items;
    textEnd = begin + width + 0.5;
    const anchor = isShort ? 'middle' : 'start';
    items.push({ kind: 'text', name: 'mark-text', x, y: base, text, size: SIZE, colour, anchor, hasHalo: true });
    return items;
  });
}

/** What was measured, or a short code that says something by itself, otherwise the text. */
function shown({ code, text }: PaperMark): string {
  const words = text?.trim() ?? '';
  const isClear = code !== null && code.length <= SHORT_CODE && !TEXT_CODES.has(code);
  const [, figure, unit] = MEASURED.exec(words) ?? [];
  if (isClear && unit !== undefined) return `${code} ${Number(Number(figure).toFixed(unit === 'ms' ? 0 : 2))} ${unit}`;
  const best = isClear || words === '' ? (code ?? '') : words;
  return best.length > MOST_LETTERS ? `${best.slice(0, MOST_LETTERS - 1)}…` : best;
}
