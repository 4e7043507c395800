/** Texts that are loaded when they are first needed: English comes with the page, the other languages follow. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { preferences } from '../preferences.ts';

/** The texts in force. @param load those in Portuguese */
export function lazyTexts<Texts>(english: Texts, load: () => Promise<Texts>): ReadonlySignal<Texts> {
  const portuguese = signal<Texts | null>(null);
  effect(() => {
    if (preferences.value.language !== 'pt' || portuguese.peek() !== null) return;
    load().then(
      (loaded) => {
        portuguese.value = loaded;
      },
      // Without a line, the page goes on in English.
      () => undefined,
    );
  });
  return computed(() => (preferences.value.language === 'pt' && portuguese.value ? portuguese.value : english));
}
