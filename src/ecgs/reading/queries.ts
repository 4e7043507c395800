/** What is asked of a recording: windows, channels and how they are shown. */
import { z } from 'zod';
import { FORMAT_IDS } from '../../formats/types.ts';
import { pageQuery } from '../../http/paging.ts';
import { flag, number, oneOfNumbers, signedNumber, withDefault } from '../../http/query-values.ts';
import { GAINS, LAYOUTS, SPEEDS } from '../../paper/types.ts';
import type { Limits } from '../../startup/config.ts';

const FROM = 'Seconds from the start, before the end of the recording';
const TO = 'Seconds from the start, not included; what lies behind the end is left out';
const from = number().optional().meta({ description: FROM });
const to = number().optional().meta({ description: TO });

interface Window {
  from?: number | undefined;
  to?: number | undefined;
}
const inOrder = (window: Window): boolean =>
  window.from === undefined || window.to === undefined || window.from <= window.to;
const OUT_OF_ORDER = { path: ['to'], message: 'must not lie before from' };
/** Of what cannot be empty. */
const isSome = (window: Window): boolean => window.to === undefined || (window.from ?? 0) < window.to;
const EMPTY = { path: ['to'], message: 'must lie behind from' };

/** One text, or the parameter repeated. */
const channels = (description: string) =>
  z
    .union([z.string().min(1), z.array(z.string().min(1))])
    .transform((texts) => [texts].flat())
    .optional()
    .meta({ type: 'string', anyOf: undefined, minLength: 1, description });

/** The query of the samples of a channel. */
export const samplesQuery = z.strictObject({ from, to }).refine(inOrder, OUT_OF_ORDER);
export type SamplesQuery = z.infer<typeof samplesQuery>;

/** The query of `GET /ecgs/{id}/samples`. */
export const severalSamplesQuery = z
  .strictObject({
    from,
    to,
    channels: channels(
      'Names or leads with commas between; only these, in this order. Repeat the parameter for a name that holds a comma',
    ),
  })
  .refine(inOrder, OUT_OF_ORDER);

/** The query of `GET /ecgs/{id}/insights`. */
export const insightsQuery = z
  .strictObject({
    from: from.meta({ description: `${FROM}; counting starts afresh here` }),
    to,
    deadBand: withDefault(number(), 0).meta({
      description: "In the channel's unit: the sign changes only beyond this distance from zero",
    }),
    gaps: z
      .enum(['break', 'bridge'])
      .default('break')
      .meta({ description: 'Whether the sign survives missing samples' }),
  })
  .refine(inOrder, OUT_OF_ORDER);
export type InsightsQuery = z.infer<typeof insightsQuery>;

/** The query of `GET /ecgs/{id}/annotations`. */
export const annotationQuery = (limits: Limits) => {
  const { limit, cursor } = pageQuery(limits);
  return z
    .strictObject({
      from: signedNumber().optional().meta({
        description: 'Seconds from the first sample; marks before it have negative times, and are shown without this',
      }),
      to: signedNumber().optional().meta({ description: 'Seconds from the first sample, not included' }),
      limit,
      cursor,
    })
    .refine(inOrder, OUT_OF_ORDER);
};

/** The query of `GET /ecgs/{id}/export`. */
export const exportQuery = z
  .strictObject({
    format: z.enum(FORMAT_IDS).meta({ description: 'GET /formats tells which are written', example: 'json' }),
    from,
    to,
    channels: channels(
      'Names or leads with commas between; only these, in this order. Repeat the parameter for a name that holds a comma',
    ),
    deidentify: flag(),
  })
  .refine(isSome, EMPTY);
export type ExportQuery = z.infer<typeof exportQuery>;

/** The query of `GET /ecgs/{id}/ecg.svg`. */
export const pictureQuery = z
  .strictObject({
    from: withDefault(number(), 0).meta({ description: FROM }),
    to: to.meta({
      description: 'Seconds from the start; 10 s after `from` or the end of the recording unless given',
    }),
    layout: z.enum(LAYOUTS).optional().meta({
      description:
        '3×4 with a rhythm strip where the twelve leads are there, else stacked; columns are continuous in time',
    }),
    speed: oneOfNumbers(SPEEDS, 25).meta({ description: 'mm/s' }),
    gain: oneOfNumbers(GAINS, 10).meta({ description: 'mm/mV' }),
    channels: channels(
      'Names or leads with commas between; only these, stacked in this order unless another layout is named. Repeat the ' +
        'parameter for a name that holds a comma',
    ),
    crossings: flag().meta({ description: 'Draws the zero level and a tick at every crossing' }),
    name: flag().meta({ description: "Writes the patient's name on it, where the recording brought one" }),
  })
  .refine(isSome, EMPTY);
