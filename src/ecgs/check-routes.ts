/** `/ecgs/{id}/checks`: what is implausible about a recording. */
import { z } from 'zod';
import { json } from '../http/answers.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { findings } from './reading/checks.ts';
import { FINDINGS, MAX_RANGES } from './reading/finding.ts';

const PLACES =
  `Seconds, half-open, where it was found: the first ${MAX_RANGES}; the whole recording where more than half is ` +
  'missing in short gaps alone. None where it is about the description, or the sampling rate is unknown';

export const EcgChecks = z
  .strictObject({
    ecgId: z.string(),
    findings: z.array(
      z.strictObject({
        code: z.enum(FINDINGS),
        channels: z.array(z.string()),
        message: z.string(),
        ranges: z.array(z.strictObject({ from: z.number(), to: z.number() })).meta({ description: PLACES }),
        moreRanges: z.int().meta({ description: 'How many there are beyond those' }),
      }),
    ),
  })
  .meta({
    id: 'EcgChecks',
    description: 'Findings, never repairs; none says that nothing is implausible, not that the recording is right',
  });
type EcgChecks = z.infer<typeof EcgChecks>;

/**
 * @openapi
 * /ecgs/{id}/checks:
 *   get:
 *     summary: What is implausible about a recording
 *     description: >
 *       Relations of the limb leads (III = II − I and the augmented leads), stretches that are flat, clipped or
 *       missing, missing rates and units, arm electrodes that may be swapped; over the whole recording, with the range
 *       in seconds of each finding. Stretches that are flat or missing are named where they last longer than 2 s; a
 *       flat one has at least 20 samples. Flat and clipped ones are looked for in ECG leads and voltages alone. Limb
 *       leads that differ by no more than rounding or the noise of a recorder are consistent; arm electrodes are
 *       suspected where it looks so most of the time.
 */
export const checkEcg = ({ database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'checkEcg',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/checks',
    access: 'clinician',
    large: true,
    answers: { 200: json(EcgChecks, 'The findings') },
    handler: async ({ ctx, user, param }) => {
      const found = await recordingsOf(user.userId).reading(param('id'), { withBlockTables: true }, (ecg) =>
        findings(ecg, database, clientGone(ctx)),
      );
      ctx.body = { ecgId: param('id'), findings: found } satisfies EcgChecks;
    },
  });
