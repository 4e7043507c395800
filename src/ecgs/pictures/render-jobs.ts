/** What the threads that draw pictures are told, and what they answer. */
import type { Drawing } from '../../paper/draw.ts';
import type { ChannelSamples } from '../../paper/samples.ts';
import type { Page, PaperChannel } from '../../paper/types.ts';

/** One page to be drawn. */
export interface PageToDraw {
  page: Page;
  /** mm/s */
  speed: number;
  channels: readonly PaperChannel[];
  samples: readonly ChannelSamples[];
  drawing: Drawing;
}

/** `pdf-page` adds a page to the document with that number, `pdf-end` completes it, `pdf-drop` forgets it. */
export type RenderJob =
  | { kind: 'svg'; page: PageToDraw }
  | { kind: 'png'; page: PageToDraw; dpi: number }
  | { kind: 'pdf-page'; document: number; page: PageToDraw }
  | { kind: 'pdf-end'; document: number }
  | { kind: 'pdf-drop'; document: number };

/** The answer to the job with the same number. */
export type RenderAnswer = { id: number; result: string | Uint8Array | null } | { id: number; error: string };
