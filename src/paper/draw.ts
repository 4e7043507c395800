/**
 * Draws a page of a planned sheet as a scene: paper, pulses, traces, labels, marks and seconds. Pure: the renderers
 * (`svg.ts`, and those of the server) only repeat what it says.
 */
import { axisItems, separatorItems } from './axes.ts';
import { type CrossingTicks, tickItem, zeroItems } from './crossings.ts';
import { labelItems } from './labels.ts';
import { markItems, type PaperMark } from './marks.ts';
import { pageItems, type PageText } from './page-text.ts';
import { showsCommonMarks } from './plan.ts';
import { type ChannelSamples, samplesIn } from './samples.ts';
import { gridItems, type Item, type Scene } from './scene.ts';
import { gapItems, outsideItems, pulseItems, traceItem } from './strip-items.ts';
import { traceOf } from './trace.ts';
import type { Page, PaperChannel } from './types.ts';

/** What is drawn besides the traces. */
export interface Drawing extends PageText {
  title: string;
  /** Zero lines, and a tick at every crossing that is counted, by the rule of each channel; null: none. */
  crossings: readonly CrossingTicks[] | null;
  /** In order of time. */
  marks: readonly PaperMark[];
  /** Where the recording ends, in seconds, if the sheet shows its end. */
  recordingEnd: number | null;
}

/**
 * Draws one page.
 * @param speed mm/s
 * @param samples of each channel, at least those of the page
 */
export function drawPage(
  page: Page,
  speed: number,
  channels: readonly PaperChannel[],
  samples: readonly ChannelSamples[],
  drawing: Drawing,
): Scene {
  const items: Item[] = [
    ...gridItems(page.grid),
    ...page.axes.flatMap((axis, i) => axisItems(axis, speed, page.axes[i + 1]?.y !== axis.y)),
  ];
  const labels: Item[] = [];
  for (const [i, row] of page.rows.entries()) {
    items.push(...separatorItems(row), ...pulseItems(row, speed));
    const isFirst = showsCommonMarks(row, page.rows[i - 1]);
    for (const strip of row.strips) {
      const channel = strip.channel === null ? undefined : channels[strip.channel];
      const held = strip.channel === null ? undefined : samples[strip.channel];
      const values = channel && held && samplesIn(held, channel.samplingRate, strip);
      const trace = values && traceOf(values, channel.samplingRate, speed, strip);
      const marked: Item[] = [];
      if (trace) {
        const rule = drawing.crossings?.[strip.channel as number];
        // The crossings of calculated leads are not counted.
        const isCounted = channel.isCalculated !== true;
        if (rule) items.push(...zeroItems(strip, isCounted ? rule.deadBand : 0));
        if (rule && isCounted) items.push(tickItem(values, channel.samplingRate, speed, strip, rule));
        items.push(...gapItems(trace, strip), traceItem(trace), ...outsideItems(trace, strip));
        const marks = drawing.marks.filter(
          (mark) => mark.channel === strip.channel || (isFirst && mark.channel === null),
        );
        marked.push(...markItems(marks, strip, speed, drawing.recordingEnd));
      }
      labels.push(...marked, ...labelItems(strip, row, channel, trace, marked));
    }
  }
  return {
    width: page.width,
    height: page.height,
    title: drawing.title,
    items: [...items, ...labels, ...pageItems(page, drawing)],
  };
}
