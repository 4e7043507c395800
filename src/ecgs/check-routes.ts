/** `/ecgs/{id}/checks`: what is implausible about a recording. */
import { z } from 'zod';
import { clientGone } from '../http/client-gone.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { findings } from './reading/checks.ts';
import { FINDINGS, MAX_RANGES } from './reading/finding.ts';
import { OwnRecordings } from './access.ts';
import type { EcgDeps } from './routes.ts';

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

export function checkRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/ecgs/:id/checks', { access: 'clinician', large: true }, check(deps));
}

/**
 * @openapi
 * /ecgs/{id}/checks:
 *   get:
 *     operationId: checkEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: What is implausible about a recording
 *     description: >
 *       Relations of the limb leads (III = II − I and the augmented leads), stretches that are flat, clipped or
 *       missing, missing rates and units, arm electrodes that may be swapped; over the whole recording, with the range
 *       in seconds of each finding. Stretches that are flat or missing are named where they last longer than 2 s; a
 *       flat one has at least 20 samples. Flat and clipped ones are looked for in ECG leads and voltages alone. Limb
 *       leads that differ by no more than rounding or the noise of a recorder are consistent; arm electrodes are
 *       suspected where it looks so most of the time.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The findings
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/EcgChecks' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function check({ database }: EcgDeps): Handler<Record<string, never>, undefined> {
  return async ({ ctx, user, param }) => {
    const found = await new OwnRecordings(database, user.userId).reading(
      param('id'),
      { withBlockTables: true },
      (ecg) => findings(ecg, database, clientGone(ctx)),
    );
    ctx.body = { ecgId: param('id'), findings: found } satisfies EcgChecks;
  };
}
