/** `/system`: the state of the service, for admins. */
import type { Connection } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { migrationStatus } from '../database/migrations.ts';
import { diskOf, type Room } from '../database/room.ts';
import { json } from '../http/answers.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { countAll, measureDatabase, measureJobs } from './measure.ts';
import { System } from './schema.ts';

export interface SystemDeps {
  config: Pick<Config, 'dataDir' | 'mongodbUri' | 'limits'>;
  database: Connection;
  room: Room;
  /** Of the service. */
  version: string;
}

export const systemOperations = (deps: SystemDeps): AnyOperation[] => [read(deps)];

/**
 * @openapi
 * /system:
 *   get:
 *     summary: Read the state of the service
 *     description: Versions, sizes, counts and jobs of the whole service; nothing of any patient or recording.
 */
const read = ({ config, database, room, version }: SystemDeps): AnyOperation =>
  operation({
    id: 'readSystem',
    tag: 'service',
    method: 'get',
    path: '/system',
    access: 'admin',
    answers: { 200: json(System, 'The state now') },
    handler: async ({ ctx }) => {
      const { minFreeDiskBytes: reserveBytes, instanceSilenceMs } = config.limits;
      const isEmbedded = config.mongodbUri === null;
      const [ofDatabase, disk, isEnough, counts, jobs, migrations] = await Promise.all([
        measureDatabase(database, isEmbedded),
        diskOf(database, isEmbedded ? config.dataDir : null),
        room.isEnough(),
        countAll(database),
        measureJobs(database, instanceSilenceMs),
        migrationStatus(database),
      ]);
      const uptime = process.uptime();
      ctx.body = {
        version,
        node: process.versions.node,
        startedAt: new Date(Date.now() - 1_000 * uptime).toISOString(),
        uptimeSeconds: Math.floor(uptime),
        database: ofDatabase,
        disk: disk && { ...disk, reserveBytes, isEnough },
        counts,
        jobs,
        migrations,
      } satisfies System;
    },
  });
