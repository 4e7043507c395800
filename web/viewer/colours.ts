/** The colours of the paper, as the style sheet has them for the chosen theme. A canvas cannot use CSS variables. */
import { effect } from '@preact/signals';
import { preferences } from '../preferences.ts';

const NAMES = {
  paper: '--paper',
  minor: '--paper-minor',
  major: '--paper-major',
  trace: '--trace',
  under: '--under',
  label: '--trace-label',
  caliper: '--caliper',
  annotation: '--annotation',
  pacing: '--pacing',
  outside: '--ground',
  gap: '--raised',
} as const;

export type Colours = Record<keyof typeof NAMES, string>;

/** Reads the colours. @param within an element of the page */
export function coloursOf(within: HTMLElement): Colours {
  const probe = document.createElement('span');
  within.append(probe);
  const entries = Object.entries(NAMES).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

/**
 * Calls back with the colours: soon, and whenever the theme is changed or that of the system, if it is followed.
 * @returns ends it
 */
export function followColours(within: HTMLElement, use: (colours: Colours) => void): () => void {
  let isEnded = false;
  const tell = (): void => {
    if (!isEnded) use(coloursOf(within));
  };
  const end = effect(() => {
    void preferences.value.theme;
    // Once the page has the theme.
    queueMicrotask(tell);
  });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', tell);
  return () => {
    isEnded = true;
    end();
    dark.removeEventListener('change', tell);
  };
}
