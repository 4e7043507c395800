/** `/formats`: the formats for uploads and exports. */
import { FORMATS } from '../formats/registry.ts';
import { json } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import type { EcgDeps } from './deps.ts';
import { FormatList } from './format-schema.ts';

/**
 * @openapi
 * /formats:
 *   get:
 *     summary: List the supported formats, with their limits
 */
export function listFormats({ config }: EcgDeps): AnyOperation {
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
  return operation({
    id: 'listFormats',
    tag: 'ecgs',
    method: 'get',
    path: '/formats',
    access: 'public',
    answers: { 200: json(FormatList, 'All formats') },
    handler: async ({ ctx }) => {
      ctx.body = {
        items,
        limits: { maxUploadBytes, maxChannels, maxNameLength, maxMetadataBytes, maxDepth },
      } satisfies FormatList;
    },
  });
}
