/** `/ecgs/{id}/suggestions`: patients of the directory that a recording may belong to. */
import { z } from 'zod';
import { today } from '../directory/dates.ts';
import { PatientBasic } from '../directory/patients/schema.ts';
import { basicView } from '../directory/patients/view.ts';
import { json } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
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

/**
 * @openapi
 * /ecgs/{id}/suggestions:
 *   get:
 *     summary: Patients of the directory that a recording may belong to
 */
export const suggestPatients = ({ zone, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'suggestPatients',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/suggestions',
    access: 'clinician',
    answers: {
      200: json(
        EcgSuggestions,
        'At most ten; none where the file says nothing, or the directory knows nobody like that',
      ),
    },
    handler: async ({ ctx, user, param }) => {
      const ecg = await recordingsOf(user.userId).get(param('id'));
      const found = await suggestions(ecg, zone, database);
      const items = found.map(({ patient, reasons, studies }) => ({
        patient: basicView(patient, today(zone)),
        reasons,
        studies,
      }));
      ctx.body = { ecgId: param('id'), items } satisfies EcgSuggestions;
    },
  });
