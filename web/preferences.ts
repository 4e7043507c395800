/** What a person has chosen on this computer: language, theme, paper and layout. Kept in the browser, never sent. */
import { effect, signal } from '@preact/signals';

export type Language = 'en' | 'pt';
export type Theme = 'auto' | 'light' | 'dark' | 'contrast';

export interface Preferences {
  language: Language;
  theme: Theme;
  /** mm/s */
  speed: 12.5 | 25 | 50;
  /** mm/mV */
  gain: 2.5 | 5 | 10 | 20;
  layout: 'usual' | '3x4' | '6x2' | '12x1' | 'stacked';
  /** The lines of the paper: all, those of the large boxes only, or none. */
  grid: 'all' | 'large' | 'none';
  /** Whether the V leads are drawn at half the gain. */
  halfGainV: boolean;
  /** Whether the wheel zooms and Ctrl+wheel pans, instead of the other way round. */
  wheelZooms: boolean;
  /** CSS pixels per millimetre of this screen, measured with a card; null: not to physical scale. */
  pixelsPerMm: number | null;
}

const KEY = 'leadwire-preferences';

/** Outside of browsers, as in tests, there may be none. */
const browserLanguage = typeof navigator === 'undefined' ? 'en' : navigator.language;

const STANDARD: Preferences = {
  language: browserLanguage.toLowerCase().startsWith('pt') ? 'pt' : 'en',
  theme: 'auto',
  speed: 25,
  gain: 10,
  layout: 'usual',
  grid: 'all',
  halfGainV: false,
  wheelZooms: false,
  pixelsPerMm: null,
};

/** The choices in force. Values that an older version has written are replaced by the standard ones. */
export const preferences = signal<Preferences>(read());

function read(): Preferences {
  try {
    return { ...STANDARD, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return STANDARD;
  }
}

/** Changes some choices, here and in the other tabs. */
export function prefer(changes: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.value));
  } catch {
    // A browser that keeps nothing: the choice holds until the page is left.
  }
}

/** Applies theme and language to the document from now on. */
export function applyPreferences(): void {
  effect(() => {
    const { theme, language } = preferences.value;
    document.documentElement.dataset['theme'] = theme;
    document.documentElement.lang = language === 'pt' ? 'pt-BR' : 'en';
  });
  addEventListener('storage', ({ key }) => {
    if (key === KEY) preferences.value = read();
  });
}
