/** Annotations as listed, made and changed. These schemas are components of the API document. */
import { z } from 'zod';
import { ID } from '../../database/ids.ts';
import { longText, plainNumber } from '../../directory/fields.ts';
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../../formats/common/bounds.ts';
import { FORMAT_IDS } from '../../formats/types.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import { number, signedNumber } from '../../http/query-values.ts';
import type { Limits } from '../../startup/config.ts';
import { time } from '../fields.ts';
import { SOURCES } from './merged.ts';
import { MEASUREMENTS } from './model.ts';

/** ms; longer than any pause that is measured. */
const MAX_MS = 1e6;
/** ms; from flutter to the longest pause. */
const [MIN_RR_MS, MAX_RR_MS] = [100, 10_000];
/** mV */
const MAX_MV = 100;

const at = z.number().meta({ description: 'Seconds from the first sample; negative before it' });
const duration = z.number().nullable().meta({ description: 'Seconds; null for a point in time' });
const channel = z.string().nullable().meta({ description: 'Name of the channel; null: all channels' });
const code = z.string().nullable().meta({
  description: "The format's own code, for example N for a normal beat in WFDB",
  example: 'N',
});
const text = z.string().nullable();

const ofFile = { at, duration, channel, code, text };
const ms = z.number().nullable();
const qtc = z.number().meta({ description: 'ms' });

const MeasuredValue = z
  .strictObject({
    kind: z.enum(MEASUREMENTS),
    ms: ms.meta({ description: 'A duration' }),
    mV: z.number().nullable().meta({ description: 'A difference of voltage' }),
    rrMs: ms.meta({ description: 'The RR interval that belongs to a QT interval' }),
    qtc: z
      .strictObject({ bazett: qtc, fridericia: qtc, framingham: qtc, hodges: qtc })
      .nullable()
      .meta({ description: 'The corrected QT interval, if QT and RR are known' }),
  })
  .meta({ id: 'EcgMeasurement' });

export const OwnAnnotation = z
  .strictObject({
    source: z.literal('own'),
    id: z.string(),
    ...ofFile,
    value: MeasuredValue.nullable().meta({ description: 'What was measured; null: nothing' }),
    createdBy: z.string().meta({ description: 'Id of the user' }),
    createdAt: time,
    changedAt: time.meta({ description: 'When it was last changed' }),
    version: z.int().meta({ description: 'Number of the version, increased by each change; also the ETag' }),
  })
  .meta({ id: 'EcgOwnAnnotation', description: 'An annotation that the reader has made' });
export type OwnAnnotation = z.infer<typeof OwnAnnotation>;

const Annotation = z
  .discriminatedUnion('source', [
    z.strictObject({ source: z.literal('file'), ...ofFile }),
    z.strictObject({
      source: z.literal('attached'),
      file: z.string().meta({ description: 'Id of the attached file' }),
      ...ofFile,
    }),
    OwnAnnotation,
  ])
  .meta({
    id: 'EcgAnnotation',
    description:
      'It came with the recording (`file`), in a file that was attached later, or the reader made it (`own`)',
  });
export type Annotation = z.infer<typeof Annotation>;

export const AnnotationList = z
  .strictObject({ items: z.array(Annotation), nextCursor: z.string().nullable() })
  .meta({ id: 'EcgAnnotationList' });
export type AnnotationList = z.infer<typeof AnnotationList>;

const inside = plainNumber().min(0).meta({ description: 'Seconds from the first sample' });
const givenMs = z.number().gt(0).max(MAX_MS).optional();
const givenValue = z
  .strictObject({
    kind: z.enum(MEASUREMENTS),
    ms: givenMs.meta({ description: 'A duration' }),
    mV: plainNumber()
      .min(-MAX_MV)
      .max(MAX_MV)
      .optional()
      .meta({ description: 'A difference of voltage; only on channels with a calibrated voltage' }),
    rrMs: z
      .number()
      .min(MIN_RR_MS)
      .max(MAX_RR_MS)
      .optional()
      .meta({ description: 'The RR interval that belongs to a QT interval, for QTc' }),
  })
  .refine((value) => value.ms !== undefined || value.mV !== undefined, 'must have ms or mV')
  .refine((value) => value.rrMs === undefined || value.kind === 'QT', {
    path: ['rrMs'],
    message: 'belongs to the kind QT only',
  })
  .meta({ id: 'NewEcgMeasurement', description: 'With `ms`, `mV` or both' });
const given = {
  at: inside,
  from: inside.meta({ description: 'Seconds from the first sample, instead of `at`' }),
  to: inside.meta({ description: 'Seconds from the first sample, not before `from`' }),
  channel: z
    .string()
    .min(1)
    .nullable()
    .meta({ description: 'Name or lead of a channel of the recording; null or omitted: all channels' }),
  code: z
    .string()
    .regex(/^[!-~]{1,16}$/, 'must be 1 to 16 visible ASCII characters')
    .nullable()
    .meta({ minLength: 1, maxLength: 16, description: 'A short code, such as those of WFDB', example: 'N' }),
  text: longText().nullable(),
  value: givenValue.nullable(),
};

type Times = { at?: number | undefined; from?: number | undefined; to?: number | undefined };
const isPair = ({ from, to }: Times): boolean => (from === undefined) === (to === undefined);
const NO_PAIR = { path: ['to'], message: 'must be given together with from' };
const isOne = ({ at: point, from }: Times): boolean => point === undefined || from === undefined;
const NOT_ONE = { path: ['at'], message: 'must not be given together with from and to' };
const isInOrder = ({ from = 0, to = Infinity }: Times): boolean => from <= to;
const NOT_IN_ORDER = { path: ['to'], message: 'must not be before from' };

export const NewAnnotation = z
  .strictObject(given)
  .partial()
  .refine(isPair, NO_PAIR)
  .refine(isOne, NOT_ONE)
  .refine(isInOrder, NOT_IN_ORDER)
  .refine((body) => body.at !== undefined || body.from !== undefined, {
    path: ['at'],
    message: 'must be given, or from and to',
  })
  .refine((body) => body.code != null || body.text != null || body.value != null, 'must have a code, text or value')
  .meta({
    id: 'NewEcgAnnotation',
    description:
      'A point in time (`at`) or a period (`from` and `to`), with a code, a text, a value or several of them',
  });
export type NewAnnotation = z.infer<typeof NewAnnotation>;

export const AnnotationPatch = z
  .strictObject(given)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .refine(isPair, NO_PAIR)
  .refine(isOne, NOT_ONE)
  .refine(isInOrder, NOT_IN_ORDER)
  .meta({
    id: 'EcgAnnotationPatch',
    minProperties: 1,
    description:
      '`at` makes it a point in time; `from` and `to` are changed together. A code, text or value must be left',
  });
export type AnnotationPatch = z.infer<typeof AnnotationPatch>;

/** The query of `GET /ecgs/{id}/annotations`. */
export const annotationQuery = (limits: Limits) => {
  const { limit, cursor } = pageQuery(limits);
  return z
    .strictObject({
      from: signedNumber().optional().meta({
        description:
          'Seconds from the first sample. Marks before it have negative times; they are included if this is left out',
      }),
      to: signedNumber().optional().meta({ description: 'Seconds from the first sample, exclusive' }),
      code: z.string().min(1).max(200).optional().meta({ description: 'Only those with this code', example: 'V' }),
      source: z.enum(SOURCES).optional().meta({
        description: 'Only those that came with the recording (`file`), with attached files, or your own',
      }),
      limit,
      cursor,
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, NOT_IN_ORDER);
};

export const AttachedAnnotations = z
  .strictObject({
    id: z.string(),
    name: z.string().nullable().meta({ description: 'The name of the file, if it had one' }),
    format: z.enum(FORMAT_IDS),
    annotations: z.int().meta({ description: 'Number of its annotations' }),
    createdBy: z.string().meta({ description: 'Id of the user' }),
    createdAt: time,
    warnings: z
      .array(z.string())
      .optional()
      .meta({ description: 'Only in the answer to the upload: what was assumed' }),
  })
  .meta({ id: 'EcgAttachedAnnotations' });
export type AttachedAnnotations = z.infer<typeof AttachedAnnotations>;

export const AttachedList = listOf(AttachedAnnotations)
  .pick({ items: true })
  .meta({ id: 'EcgAttachedAnnotationsList' });

/** The query and the form fields of an attached file. */
export const attachQuery = z.strictObject({
  samplingRate: number()
    .pipe(
      z
        .number()
        .min(MIN_SAMPLING_RATE, `must be at least ${MIN_SAMPLING_RATE}`)
        .max(MAX_SAMPLING_RATE, `must be at most ${MAX_SAMPLING_RATE}`),
    )
    .optional()
    .meta({
      type: 'number',
      minimum: MIN_SAMPLING_RATE,
      maximum: MAX_SAMPLING_RATE,
      pattern: undefined,
      description:
        'Of a WFDB annotation file: its times in Hz, unless it says so itself. Default: that of the recording, the ' +
        'lowest if its channels differ',
    }),
});
export type AttachQuery = z.infer<typeof attachQuery>;

export const attachForm = z.strictObject({
  file: z.string().meta({ format: 'binary', description: 'One annotation file, such as 100.atr' }),
});

/** An id in a cursor; an empty text: of none. */
const id = z.string().regex(ID).or(z.literal(''));

/** The cursor of the list: the position of the last item. */
export const position = z.tuple([z.number(), z.int().min(0).max(2), id, z.int().min(0), z.int().min(0)]);
