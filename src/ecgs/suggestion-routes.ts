/** `/ecgs/{id}/suggestions`: patients of the directory that a recording may belong to. */
import { z } from 'zod';
import { today } from '../directory/dates.ts';
import { PatientBasic } from '../directory/patients/schema.ts';
import { basicView } from '../directory/patients/view.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { OwnRecordings } from './store/recordings.ts';
import type { EcgDeps } from './routes.ts';
import { REASONS, suggestions } from './reading/suggestions.ts';

export const EcgSuggestions = z
  .strictObject({
    ecgId: z.string(),
    items: z.array(
      z.strictObject({
        patient: PatientBasic,
        reasons: z.array(z.enum(REASONS)),
        studies: z.array(z.string()).meta({ description: 'Studies of this patient on the day of the recording' }),
      }),
    ),
  })
  .meta({
    id: 'EcgSuggestions',
    description:
      'By what the file says of its patient: the same identifier, or name and birth date. PATCH the recording to take one up',
  });
type EcgSuggestions = z.infer<typeof EcgSuggestions>;

export function suggestionRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/ecgs/:id/suggestions', { access: 'clinician' }, suggest(deps));
}

/**
 * @openapi
 * /ecgs/{id}/suggestions:
 *   get:
 *     operationId: suggestPatients
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: Patients of the directory that a recording may belong to
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: At most ten; none where the file says nothing, or the directory knows nobody like that
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/EcgSuggestions' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function suggest({ config, database }: EcgDeps): Handler<Record<string, never>, undefined> {
  return async ({ ctx, user, param }) => {
    const ecg = await new OwnRecordings(database, user.userId).get(param('id'));
    const found = await suggestions(ecg, config.clinicTimezone, database);
    const items = found.map(({ patient, reasons, studies }) => ({
      patient: basicView(patient, today(config.clinicTimezone)),
      reasons,
      studies,
    }));
    ctx.body = { ecgId: param('id'), items } satisfies EcgSuggestions;
  };
}
