/** Queries about a recording: windows, channels and presentation. */
import { z } from 'zod';
import { moment } from '../../directory/fields.ts';
import { FORMAT_IDS } from '../../formats/types.ts';
import { flag, number, wholeNumber, withDefault } from '../../http/query-values.ts';

export const FROM = 'Seconds from the start, before the end of the recording';
const TO = 'Seconds from the start, exclusive; anything after the end of the recording is ignored';
const from = number().optional().meta({ description: FROM });
export const to = number().optional().meta({ description: TO });

interface Window {
  from?: number | undefined;
  to?: number | undefined;
}
const inOrder = (window: Window): boolean =>
  window.from === undefined || window.to === undefined || window.from <= window.to;
const OUT_OF_ORDER = { path: ['to'], message: 'must not be before from' };
/** Whether a window is not empty. */
export const isSome = (window: Window): boolean => window.to === undefined || (window.from ?? 0) < window.to;
export const EMPTY = { path: ['to'], message: 'must be after from' };

/**
 * A single text, or a repeated parameter.
 * @param order what their order means @param usual what is chosen without it
 */
export const channels = (order = 'in this order', usual = 'all') =>
  z
    .union([z.string().min(1), z.array(z.string().min(1))])
    .transform((texts) => [texts].flat())
    .optional()
    .meta({
      type: 'string',
      anyOf: undefined,
      minLength: 1,
      description:
        `Names or leads separated by commas; only these, ${order}. Repeat the parameter for names that contain a ` +
        `comma. By default ${usual}`,
      example: 'II,V5',
    });

const calculated = flag().meta({
  description:
    'Adds the limb leads that can be calculated from leads I and II (`calculableLeads`): physical values in the unit ' +
    'of lead I, marked `calculated`. `channels` may then name them, too',
});

/** The query of the samples of a channel. */
export const samplesQuery = z.strictObject({ from, to }).refine(inOrder, OUT_OF_ORDER);

/** The query of `GET /ecgs/{id}/samples`. */
export const severalSamplesQuery = z
  .strictObject({
    from,
    to,
    channels: channels(),
    calculated,
  })
  .refine(inOrder, OUT_OF_ORDER);

const MAX_PIXELS = 10_000;

/** The query of `GET /ecgs/{id}/waveform`. */
export const waveformQuery = z
  .strictObject({
    from,
    to,
    pixels: withDefault(wholeNumber(1, MAX_PIXELS), 1_000).meta({ description: 'Width of the picture' }),
    channels: channels(),
    calculated,
  })
  .refine(isSome, EMPTY);

/** The query of `GET /ecgs/{id}/insights`. */
export const insightsQuery = z
  .strictObject({
    from: from.meta({ description: `${FROM}; counting starts anew here` }),
    to,
    deadBand: withDefault(number(), 0).meta({
      description: "In the channel's unit: values within this distance from zero do not change the sign",
    }),
    gaps: z
      .enum(['break', 'bridge'])
      .default('break')
      .meta({ description: 'Whether the sign is kept across missing samples (bridge) or not (break)' }),
    channels: channels(),
  })
  .refine(inOrder, OUT_OF_ORDER);
export type InsightsQuery = z.infer<typeof insightsQuery>;

const MIN_WINDOW = 10;
const MAX_WINDOW = 86_400;

/** The query of `GET /ecgs/{id}/insights/series`. */
export const seriesQuery = z.strictObject({
  window: withDefault(
    number()
      .pipe(
        z.number().min(MIN_WINDOW, `must be at least ${MIN_WINDOW}`).max(MAX_WINDOW, `must be at most ${MAX_WINDOW}`),
      )
      .meta({ type: 'number', minimum: MIN_WINDOW, maximum: MAX_WINDOW, pattern: undefined }),
    60,
  ).meta({ description: 'Seconds. Whole minutes are read from stored summaries; others are counted from the samples' }),
  channels: channels(),
});

/** The query of `GET /ecgs/{id}/export`. */
export const exportQuery = z
  .strictObject({
    format: z
      .enum(FORMAT_IDS)
      .meta({ description: 'GET /formats shows which formats can be written', example: 'json' }),
    from,
    to,
    channels: channels(),
    deidentify: flag(),
    date: moment().optional().meta({
      description:
        'When the recording began, if it has no date: ISO 8601, without an offset in the time zone of the clinic',
      example: '2026-01-15T09:30:00Z',
    }),
  })
  .refine(isSome, EMPTY)
  .refine(({ date, deidentify }) => date === undefined || !deidentify, {
    path: ['date'],
    message: 'must not be given with deidentify, which leaves dates out',
  });
