/** The texts of the panels of the viewer, which are loaded when the first of them is shown. */
import { enPanels } from './en-panels.ts';
import { lazyTexts } from './lazy.ts';

/** The other languages have exactly the same keys. */
export type PanelTexts = typeof enPanels;

/** The texts in force. In components: `const t = panelTexts.value`. */
export const panelTexts = lazyTexts<PanelTexts>(enPanels, async () => (await import('./pt-panels.ts')).ptPanels);
