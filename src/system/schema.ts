/** The answer of `GET /system`. These schemas are components of the API document. */
import { z } from 'zod';

const time = z.string().meta({ format: 'date-time' });
const bytes = z.number().meta({ description: 'Bytes' });
const count = z.int().min(0);

export const COUNTED = [
  'users',
  'recordings',
  'patients',
  'studies',
  'encounters',
  'conditions',
  'attendances',
  'imports',
] as const;

const Database = z
  .strictObject({
    version: z.string().meta({ example: '8.0.4' }),
    deployment: z.enum(['embedded', 'replica set', 'sharded cluster']),
    name: z.string(),
    dataBytes: bytes.meta({ description: 'Of all documents, before they are compressed' }),
    storedBytes: bytes.meta({ description: 'Of all documents on disk' }),
    indexBytes: bytes.meta({ description: 'Of all indexes on disk' }),
  })
  .meta({ id: 'SystemDatabase' });

const Disk = z
  .strictObject({
    totalBytes: bytes,
    freeBytes: bytes,
    reserveBytes: bytes.meta({
      description: 'Uploads and imports are refused when less is free (MIN_FREE_DISK_BYTES)',
    }),
    isEnough: z.boolean().meta({ description: 'Whether uploads and imports are accepted' }),
  })
  .meta({ id: 'SystemDisk' });

const Jobs = z
  .strictObject({
    instances: count.meta({ description: 'Running instances of the service' }),
    imports: z.strictObject({ queued: count, running: count }),
    uploads: z.strictObject({
      open: count.meta({ description: 'Resumable uploads that are not complete' }),
      complete: count.meta({ description: 'Those of which no recording has been made' }),
      ingesting: count.meta({ description: 'Those of which a recording is being made' }),
    }),
    check: z
      .strictObject({
        nextAt: time.nullable().meta({ description: 'When it is due; null: not made yet' }),
        incomplete: count.meta({ description: 'Recordings that lack samples or marks: restore them from a backup' }),
      })
      .meta({ description: 'The hourly check of what is stored' }),
  })
  .meta({ id: 'SystemJobs' });

export const System = z
  .strictObject({
    version: z.string().meta({ description: 'Of the service', example: '0.1.0' }),
    node: z.string().meta({ description: 'The version of Node.js', example: '20.19.0' }),
    startedAt: time.meta({ description: 'When this instance was started' }),
    uptimeSeconds: count,
    database: Database,
    disk: Disk.nullable().meta({ description: "The database's; null: it is not known" }),
    counts: z
      .strictObject(
        Object.fromEntries(COUNTED.map((name) => [name, count])) as Record<(typeof COUNTED)[number], typeof count>,
      )
      .meta({ description: 'Estimated, of all users together' }),
    jobs: Jobs,
    migrations: z.array(z.strictObject({ name: z.string(), isDone: z.boolean() })),
  })
  .meta({ id: 'System' });
export type System = z.infer<typeof System>;
