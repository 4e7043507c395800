/** The texts of the application in the language of the person. All texts are in this folder. */
import { computed, effect, signal } from '@preact/signals';
import { preferences } from '../preferences.ts';
import { en } from './en.ts';

/** The texts, by place. The other languages have exactly the same keys. */
export type Texts = typeof en;
/** The service's errors in another language, by code. */
type ProblemTexts = Readonly<Record<string, string>>;

interface Language {
  texts: Texts;
  problems: ProblemTexts;
  faultText: (message: string) => string;
}

const other = signal<Language | null>(null);

/** The texts in force. In components: `const t = texts.value`. */
export const texts = computed<Texts>(() =>
  preferences.value.language === 'pt' && other.value ? other.value.texts : en,
);

/** Loads the language of the preferences, now and whenever it is changed. English is always there. */
export async function loadLanguage(): Promise<void> {
  effect(() => {
    if (preferences.value.language === 'pt') void loadPortuguese();
  });
  if (preferences.value.language === 'pt') await loadPortuguese();
}

async function loadPortuguese(): Promise<void> {
  if (other.value) return;
  try {
    const [{ pt }, { ptProblems }, { ptFault }] = await Promise.all([
      import('./pt.ts'),
      import('./pt-problems.ts'),
      import('./pt-faults.ts'),
    ]);
    other.value = { texts: pt, problems: ptProblems, faultText: ptFault };
  } catch {
    // Without a line, the page goes on in English.
  }
}

/** The sentence for an error of the service: its own words in English, otherwise the translation of its code. */
export function problemText(code: string, { title = '', detail = '' }: { title?: string; detail?: string }): string {
  const translated = preferences.value.language === 'pt' ? other.value?.problems[code] : undefined;
  return translated ?? ([title, detail].filter((part) => part !== '').join('. ') || texts.value.errors.unknown);
}

/** What the service says of a single field or row. One that is not translated stays in English. */
export const faultText = (message: string): string =>
  preferences.value.language === 'pt' && other.value ? other.value.faultText(message) : message;

/** What a format is called: in the service's words, unless the language has others. */
export const formatTitle = ({ id, title }: { id: string; title: string }): string =>
  (texts.value.formats as Readonly<Record<string, string>>)[id] ?? title;

/** The usual name of a lead, as it is on the paper; that of the file where it is none of the usual ones. */
export const leadName = ({ lead, name }: { lead: string | null; name: string }): string => lead ?? name;

const locale = computed(() => (preferences.value.language === 'pt' ? 'pt-BR' : 'en-GB'));

/** A number in the language of the page, with at most `digits` decimals, and with at least `fewest`. */
export const number = (value: number, digits = 0, fewest = 0): string =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits, minimumFractionDigits: fewest }).format(value);

/** A moment as date and time of the browser's zone. */
export const dateTime = (iso: string): string =>
  new Intl.DateTimeFormat(locale.value, {
    // In Portuguese, the medium form is a sentence.
    dateStyle: preferences.value.language === 'pt' ? 'short' : 'medium',
    timeStyle: 'short',
  }).format(new Date(iso));

/** A calendar day (`2024-02-29`), which has no zone. */
export const day = (iso: string): string =>
  new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${iso}T00:00:00Z`));

/** A duration in seconds, such as `10 s`, `2 min 5 s`, `24 h 0 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${number(seconds, 3)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** A size in bytes, such as `1.4 MB`. */
export function size(bytes: number): string {
  for (const [unit, bound] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ] as const)
    if (bytes >= bound) return `${number(bytes / bound, 1)} ${unit}`;
  return `${number(bytes)} bytes`;
}
