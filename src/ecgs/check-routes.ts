/** `/ecgs/{id}/checks`: what is implausible about a recording. */
import { z } from 'zod';
import { json } from '../http/answers.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { findings } from './reading/checks.ts';
import { FINDINGS, MAX_RANGES } from './reading/finding.ts';

const PLACES =
  `Ranges in seconds, half-open; the first ${MAX_RANGES}. The whole recording if more than half of it is ` +
  'missing in short gaps. Empty if the finding is about the description, or if the sampling rate is unknown';

export const EcgChecks = z
  .strictObject({
    ecgId: z.string(),
    findings: z.array(
      z.strictObject({
        code: z.enum(FINDINGS),
        channels: z.array(z.string()),
        message: z.string(),
        ranges: z.array(z.strictObject({ from: z.number(), to: z.number() })).meta({ description: PLACES }),
        moreRanges: z.int().meta({ description: 'Number of further ranges' }),
      }),
    ),
  })
  .meta({
    id: 'EcgChecks',
    description:
      'Findings; nothing is repaired. An empty list means that nothing implausible was found, not that the ' +
      'recording is correct',
  });
type EcgChecks = z.infer<typeof EcgChecks>;

/**
 * @openapi
 * /ecgs/{id}/checks:
 *   get:
 *     summary: Check a recording for implausible data
 *     description: >
 *       Checks the relations of the limb leads (III = II − I and the augmented leads), flat, clipped or missing
 *       stretches, missing rates and units, and possibly swapped arm electrodes. The whole recording is checked, and
 *       each finding has its ranges in seconds. Flat or missing stretches are reported if they last longer than 2 s; a
 *       flat one has at least 20 samples. Flat and clipped stretches are reported in ECG leads and voltages only. Limb
 *       leads are consistent if they differ by no more than rounding or the noise of a recorder. Swapped arm electrodes
 *       are suspected only if most of the recording shows them.
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
