/** `/ecgs/{id}/channels/{name}/samples`: the samples of one channel. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { z } from 'zod';
import { acceptedForm } from '../http/accepted.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { SAMPLE_TYPES } from '../signal/samples.ts';
import { samplesQuery } from './reading/queries.ts';
import { channelAsJson } from './reading/samples-body.ts';
import { type ChannelRange, readRange } from './reading/samples.ts';
import { ChannelSamples } from './reading/schema.ts';
import type { EcgDeps } from './deps.ts';
import type { StoredEcg } from './store/model.ts';

/** Headers that describe the samples of the binary answer; unknown values have no header. */
const HEADERS = {
  'Sample-Type': z.enum(SAMPLE_TYPES),
  'Sample-Count': z.int(),
  'First-Sample': z.int().meta({ description: 'Index of the first sample, from 0' }),
  'Sampling-Rate': z.number().meta({ description: 'Hz' }),
  Gain: z.number(),
  'Zero-Level': z.number(),
  Unit: z.string().meta({ description: 'Percent-encoded' }),
  Calibrated: z.boolean().meta({ description: 'Whether the unit is a physical one and its gain is known' }),
};

/**
 * @openapi
 * /ecgs/{id}/channels/{name}/samples:
 *   get:
 *     summary: The samples of one channel, as recorded
 *     description: >
 *       In stored units, as JSON or, with Accept application/octet-stream, as little-endian binary of the type in the
 *       header Sample-Type. In binary, a missing sample is the lowest value of an integer type, or NaN. One answer has
 *       at most MAX_SAMPLES_PER_ANSWER samples.
 */
export const readSamples = ({ config, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'readSamples',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/channels/:name/samples',
    access: 'clinician',
    params: {
      name: z
        .string()
        .meta({ description: "The channel's name as the upload gave it, or its standard lead", example: 'II' }),
    },
    query: samplesQuery,
    large: true,
    answers: {
      200: {
        description:
          'The samples. The binary answer has all other data in headers; a header is left out if its value is unknown',
        content: { 'application/json': ChannelSamples, 'application/octet-stream': 'binary' },
        headers: HEADERS,
      },
    },
    errors: ['channel-ambiguous', 'sampling-rate-unknown', 'window-outside', 'answer-too-large'],
    handler: async ({ ctx, user, param, query }) => {
      const form = acceptedForm(ctx, 'application/json', 'application/octet-stream');
      await recordingsOf(user.userId).reading(param('id'), {}, async (ecg) => {
        const { maxSamplesPerAnswer } = config.limits;
        const range = await readRange(ecg, param('name'), query, maxSamplesPerAnswer, database, clientGone(ctx));
        if (form === 'application/json') answerJson(ctx, ecg, range);
        else answerBinary(ctx, range);
      });
    },
  });

function answerJson(ctx: Context, ecg: StoredEcg, { channel, first, samples, type }: ChannelRange): void {
  const { name, lead, samplingRate, unit, gain, zeroLevel, calibrated } = channel;
  const head = {
    ecgId: ecg._id.toHexString(),
    channel: name,
    lead,
    samplingRate,
    unit,
    gain,
    zeroLevel,
    calibrated,
    sampleType: type,
    first,
    count: samples.length,
  };
  ctx.type = 'application/json';
  ctx.body = Readable.from(channelAsJson(head, samples));
}

function answerBinary(ctx: Context, { channel, first, samples, type }: ChannelRange): void {
  ctx.type = 'application/octet-stream';
  ctx.set({
    'Sample-Type': type,
    'Sample-Count': String(samples.length),
    'First-Sample': String(first),
    Gain: String(channel.gain),
    'Zero-Level': String(channel.zeroLevel),
    Calibrated: String(channel.calibrated),
  });
  if (channel.samplingRate !== null) ctx.set('Sampling-Rate', String(channel.samplingRate));
  if (channel.unit !== null) ctx.set('Unit', encodeURIComponent(channel.unit));
  ctx.body = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}
