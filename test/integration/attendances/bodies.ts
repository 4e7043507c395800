/** Bodies of requests about attendances, and the fields that answers refuse. */
import type { Answer } from '../../support/http.ts';

let externalIds = 0;
export const attendance = (more: object = {}) => ({
  externalId: `E-${++externalIds}`,
  client: { name: 'Mercado Central' },
  technician: { name: 'Ana Lima' },
  base: { name: 'CE - JUAZEIRO DO NORTE' },
  deadline: '2026-01-15',
  ...more,
});
/** The fields that an answer reports errors for. */
export const paths = ({ json }: Answer): string[] => json.errors.map((error: { path: string }) => error.path);
