/** The answer of `GET /formats`. These schemas are components of the API document. */
import { z } from 'zod';
import { FORMAT_IDS } from '../formats/types.ts';

const RecordingFormat = z
  .strictObject({
    id: z.enum(FORMAT_IDS),
    title: z.string(),
    extensions: z.array(z.string()).meta({ example: ['.hea', '.dat'] }),
    mediaType: z.string(),
    isRead: z.boolean(),
    isWritten: z.boolean(),
    experimental: z.boolean().meta({ description: 'True if not yet tested with a file from an independent writer' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'RecordingFormat' });

export const FormatList = z
  .strictObject({
    items: z.array(RecordingFormat),
    limits: z.strictObject({
      maxUploadBytes: z.int(),
      maxChannels: z.int(),
      maxNameLength: z.int(),
      maxMetadataBytes: z.int(),
      maxDepth: z.int(),
    }),
  })
  .meta({ id: 'FormatList' });
export type FormatList = z.infer<typeof FormatList>;
