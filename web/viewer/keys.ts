/** The keys of the viewer, by the place of the key (`code`), so that they work on every layout of keys. */

interface Key {
  action: string;
  codes: readonly string[];
  shift?: boolean;
  shown: string;
}

/** All keys: what is here is bound, and shown in the help in this order. */
export const KEYS = [
  { action: 'left', codes: ['ArrowLeft', 'KeyA'], shift: false, shown: '← A' },
  { action: 'right', codes: ['ArrowRight', 'KeyD'], shift: false, shown: '→ D' },
  { action: 'farLeft', codes: ['ArrowLeft', 'KeyA'], shift: true, shown: 'Shift ←' },
  { action: 'farRight', codes: ['ArrowRight', 'KeyD'], shift: true, shown: 'Shift →' },
  { action: 'pageBack', codes: ['PageUp'], shown: 'Page ↑' },
  { action: 'pageOn', codes: ['PageDown'], shown: 'Page ↓' },
  { action: 'start', codes: ['Home'], shown: 'Home' },
  { action: 'end', codes: ['End'], shown: 'End' },
  { action: 'leadUp', codes: ['ArrowUp'], shown: '↑' },
  { action: 'leadDown', codes: ['ArrowDown'], shown: '↓' },
  { action: 'zoomIn', codes: ['KeyW', 'Equal', 'NumpadAdd'], shown: 'W +' },
  { action: 'zoomOut', codes: ['KeyS', 'Minus', 'NumpadSubtract'], shown: 'S −' },
  { action: 'reset', codes: ['Digit0', 'Numpad0'], shown: '0' },
  { action: 'slow', codes: ['Digit1', 'Numpad1'], shown: '1' },
  { action: 'usual', codes: ['Digit2', 'Numpad2'], shown: '2' },
  { action: 'fast', codes: ['Digit3', 'Numpad3'], shown: '3' },
  { action: 'lessGain', codes: ['BracketLeft'], shown: '[' },
  { action: 'moreGain', codes: ['BracketRight'], shown: ']' },
  { action: 'timeCaliper', codes: ['KeyT'], shown: 'T' },
  { action: 'voltageCaliper', codes: ['KeyV'], shown: 'V' },
  { action: 'otherHandle', codes: ['Space', 'KeyX'], shown: 'X' },
  { action: 'march', codes: ['KeyM'], shown: 'M' },
  { action: 'nextEvent', codes: ['KeyN'], shift: false, shown: 'N' },
  { action: 'eventBefore', codes: ['KeyN'], shift: true, shown: 'Shift N' },
  { action: 'jump', codes: ['KeyJ'], shown: 'J' },
  { action: 'layout', codes: ['KeyL'], shown: 'L' },
  { action: 'grid', codes: ['KeyG'], shown: 'G' },
  { action: 'crossings', codes: ['KeyZ'], shown: 'Z' },
  { action: 'otherLeft', codes: ['Comma'], shown: ',' },
  { action: 'otherRight', codes: ['Period'], shown: '.' },
  { action: 'table', codes: ['KeyB'], shown: 'B' },
  { action: 'print', codes: ['KeyP'], shown: 'P' },
  { action: 'close', codes: ['Escape'], shown: 'Esc' },
  { action: 'help', codes: ['F1'], shown: '?' },
] as const satisfies readonly Key[];
export type Action = (typeof KEYS)[number]['action'];

/** The action of a key; null if it has none. Keys with Ctrl, Alt or ⌘ are the browser's. */
export function actionOf(
  event: Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): Action | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  // The question mark lies elsewhere on every layout of keys.
  if (event.key === '?') return 'help';
  const found = (KEYS as readonly (Key & { action: Action })[]).find(
    ({ codes, shift }) => codes.includes(event.code) && (shift === undefined || shift === event.shiftKey),
  );
  return found?.action ?? null;
}
