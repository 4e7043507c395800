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
        studies: z
          .array(z.string())
          .meta({ description: 'Ids of the studies of this patient on the day of the recording' }),
      }),
    ),
  })
  .meta({
    id: 'EcgSuggestions',
    description:
      'Patients with the same identifier, or the same name and birth date, as in the file. Assign one with ' +
      'PATCH on the recording',
  });
type EcgSuggestions = z.infer<typeof EcgSuggestions>;

/**
 * @openapi
 * /ecgs/{id}/suggestions:
 *   get:
 *     summary: Suggest patients of the directory for a recording
 */
export const suggestPatients = ({ zone, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    id: 'suggestPatients',
    tag: 'ecgs',
    method: 'get',
    path: '/ecgs/:id/suggestions',
    access: 'clinician',
    answers: {
      200: json(EcgSuggestions, 'At most ten; empty if the file names nobody, or if nobody in the directory matches'),
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
