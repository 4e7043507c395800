/** Queries of pictures of recordings. */
import { z } from 'zod';
import { flag, number, oneOfNumbers, wholeNumber, withDefault } from '../../http/query-values.ts';
import { GAINS, LAYOUTS, PAPERS, SPEEDS, V_GAINS } from '../../paper/types.ts';
import { channels, EMPTY, FROM, insightsQuery, isSome, to } from '../reading/queries.ts';

/** Most lines of traces below each other on all pages of a sheet; so it has no more pages either. */
export const MAX_LINES = 1_000;
/** Pixels per inch: from a preview to more than a printer shows. */
const MIN_DPI = 40;
const MAX_DPI = 300;

/** The query of the pictures, whatever their format. */
const pictureFields = {
  from: withDefault(number(), 0).meta({ description: FROM }),
  to: to.meta({
    description: 'Seconds from the start. Default: 10 s after `from`, or the end of the recording',
  }),
  layout: z
    .enum(LAYOUTS)
    .optional()
    .meta({
      description:
        '3×4 with a rhythm strip for the twelve leads, 12×1 for a window of some seconds, otherwise stacked. Columns ' +
        'continue each other from ten seconds on; in shorter windows all show the same time',
    }),
  speed: oneOfNumbers(SPEEDS, 25).meta({ description: 'mm/s' }),
  gain: oneOfNumbers(GAINS, 10).meta({ description: 'mm/mV' }),
  gainV: z.enum(V_GAINS).default('same').meta({
    description: 'Gain of V1 to V6: that of the others, half of it, or half of it if they need more room (auto)',
  }),
  channels: channels('stacked in this order unless a layout is given', 'all that have a sampling rate'),
  calculated: flag(true).meta({
    description:
      'Calculates the limb leads of a standard layout that are not recorded, if it has leads I and II, and marks ' +
      'them as calculated. `channels` may name them, too',
  }),
  crossings: flag().meta({ description: 'Draws the zero level, and a tick at every crossing of the recorded leads' }),
  deadBand: insightsQuery.shape.deadBand,
  gaps: insightsQuery.shape.gaps,
  annotations: flag(true).meta({ description: 'Draws the marks of the recording' }),
  name: flag().meta({ description: "Shows the patient's name if it is known" }),
  header: flag().meta({
    description:
      'Shows who and what it is: name, id, sex, birth date and age, date and id of the recording, rate and filter',
  }),
};
const page = withDefault(wholeNumber(1, MAX_LINES), 1).meta({
  description: 'Number of the page, from 1; the header Page-Count has their number',
});
const paper = z.enum(PAPERS).default('fit').meta({
  description: 'As large as its content, or A4 in landscape. Longer windows have several lines and pages',
});

/** The query of `GET /ecgs/{id}/ecg.svg`. */
export const svgQuery = z.strictObject({ ...pictureFields, paper, page }).refine(isSome, EMPTY);

/** The query of `GET /ecgs/{id}/ecg.png`. */
export const pngQuery = z
  .strictObject({
    ...pictureFields,
    paper,
    page,
    dpi: withDefault(wholeNumber(MIN_DPI, MAX_DPI), 150).meta({ description: 'Pixels per inch (25.4 mm)' }),
  })
  .refine(isSome, EMPTY);

/** The query of `GET /ecgs/{id}/ecg.pdf`. */
export const pdfQuery = z
  .strictObject({
    ...pictureFields,
    page: wholeNumber(1, MAX_LINES).optional().meta({ description: 'Only this page, from 1. Default: all pages' }),
  })
  .refine(isSome, EMPTY);
