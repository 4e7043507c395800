/** Draws the trend with uPlot. */
import { effect } from '@preact/signals';
import Plot from 'uplot';
import { type Colours, followColours } from './colours.ts';
import { axisTime } from './grid.ts';
import type { Viewer } from './viewer.ts';

export interface TrendData {
  /** Seconds of each point. */
  window: number;
  /** Crossings per minute; null where there are no samples. */
  values: (number | null)[];
}

const HEIGHT = 150;

/** @returns a function that removes it */
export function drawTrend(room: HTMLElement, viewer: Viewer, { window, values }: TrendData): () => void {
  const times = values.map((_, i) => i * window);
  let plot: Plot | null = null;
  const make = (colours: Colours): void => {
    plot?.destroy();
    const axis = {
      stroke: colours.label,
      grid: { stroke: colours.minor },
      ticks: { stroke: colours.major },
      font: '11px system-ui',
    };
    plot = new Plot(
      {
        width: room.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        scales: { x: { time: false }, y: { range: (_, __, greatest) => [0, Math.max(1, greatest * 1.1)] } },
        axes: [
          {
            ...axis,
            space: 60,
            incrs: [10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400],
            values: (_, places) => places.map((seconds) => axisTime(seconds, 1)),
          },
          { ...axis, size: 56 },
        ],
        series: [{}, { stroke: colours.caliper, width: 1, spanGaps: false, points: { show: false } }],
        hooks: {
          draw: [
            (drawn) => {
              const { from, to } = viewer.window.peek();
              const left = drawn.valToPos(from, 'x', true);
              const { ctx, bbox } = drawn;
              ctx.save();
              ctx.globalAlpha = 0.25;
              ctx.fillStyle = colours.caliper;
              ctx.fillRect(left, bbox.top, Math.max(2, drawn.valToPos(to, 'x', true) - left), bbox.height);
              ctx.restore();
            },
          ],
        },
      },
      [times, values],
      room,
    );
  };
  const click = ({ clientX }: MouseEvent): void => {
    if (!plot) return;
    viewer.event = null;
    viewer.centre(plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x') + window / 2);
  };
  room.addEventListener('click', click);
  const observer = new ResizeObserver(() => plot?.setSize({ width: room.clientWidth, height: HEIGHT }));
  observer.observe(room);
  const ends = [
    effect(() => {
      void viewer.window.value;
      plot?.redraw(false);
    }),
    followColours(room, make),
  ];
  return () => {
    for (const end of ends) end();
    observer.disconnect();
    room.removeEventListener('click', click);
    plot?.destroy();
    plot = null;
  };
}
