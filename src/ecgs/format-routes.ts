/** `/formats`: what can be uploaded, and what recordings can be had as. */
import { FORMATS } from '../formats/registry.ts';
import type { Handler, Operations } from '../http/operations.ts';
import type { EcgDeps } from './routes.ts';
import { type FormatList } from './format-schema.ts';

export function formatRoutes(api: Operations, deps: EcgDeps): void {
  api.add('get', '/formats', { access: 'public' }, list(deps));
}

/**
 * @openapi
 * /formats:
 *   get:
 *     operationId: listFormats
 *     tags: [ecgs]
 *     x-access: public
 *     summary: The formats that are read and written, with their limits
 *     security: []
 *     responses:
 *       200:
 *         description: All of them
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/FormatList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ config }: EcgDeps): Handler<Record<string, never>, undefined> {
  const items = FORMATS.map(({ id, title, extensions, mediaType, notes, experimental, decode, encode }) => ({
    id,
    title,
    extensions: [...extensions],
    mediaType,
    isRead: decode !== null,
    isWritten: encode !== null,
    experimental,
    notes: [...notes],
  }));
  const { maxUploadBytes, maxChannels, maxNameLength, maxMetadataBytes, maxDepth } = config.limits;
  return async ({ ctx }) => {
    ctx.body = {
      items,
      limits: { maxUploadBytes, maxChannels, maxNameLength, maxMetadataBytes, maxDepth },
    } satisfies FormatList;
  };
}
