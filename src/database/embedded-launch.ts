/** Starts the embedded mongod, and explains why if it does not start. */
import { type Access, embeddedUri } from './access-file.ts';
import { FolderInUse } from './instance-lock.ts';
import type { Mongod } from './mongod-binary.ts';
import { MongodFailed } from './mongod-failed.ts';
import { launchMongod, type MongodProcess, NotLaunched } from './mongod-process.ts';
import { REPLICA_SET } from './replica-set.ts';

const MONGOD_ARGS = [
  '--wiredTigerCacheSizeGB=0.25',
  '--networkMessageCompressors=disabled',
  // The default is 5 % of the disk; there are no other members to replicate to.
  '--oplogSize=512',
  // Otherwise mongod writes up to 200 MB of diagnostics to the data folder.
  '--setParameter=diagnosticDataCollectionEnabled=false',
];

const DAMAGED =
  ' Its data is damaged or incomplete. Restore a backup of the whole data folder, or move the data folder away to ' +
  'start with an empty database.';

/**
 * Starts mongod on the data in the data folder.
 * @param files the folder of the data, and the key file of the replica set
 * @param isPortFixed whether existing connections wait for it at the port of the last start
 * @throws MongodFailed, FolderInUse
 */
export async function launch(
  mongod: Mongod,
  files: { data: string; key: string },
  access: Access,
  signal: AbortSignal,
  isPortFixed: boolean,
): Promise<MongodProcess> {
  const { path: binary, version } = mongod;
  const uri = (port: number): string => embeddedUri({ ...access, port });
  try {
    return await launchMongod(
      {
        binary,
        version,
        dbPath: files.data,
        keyFile: files.key,
        replicaSet: REPLICA_SET,
        args: MONGOD_ARGS,
        uri,
        preferredPort: access.port,
        isPortFixed,
      },
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    const fault = error instanceof NotLaunched ? error.fault : null;
    if (fault?.kind === 'in-use') throw new FolderInUse(files.data, null);
    const isSameMajor = access.version.split('.')[0] === version.split('.')[0];
    const upgrade = ` The data was written by mongod ${access.version}: set MONGOD_BINARY to a mongod of that version.`;
    const why = (error as Error).message.replaceAll(/\s+/g, ' ');
    throw new MongodFailed(
      `The embedded mongod ${version} (${binary}) could not start on ${files.data}: ${why.replace(/\.$/, '')}.` +
        `${isSameMajor ? '' : upgrade}${fault?.kind === 'damaged' ? DAMAGED : ''}`,
      { cause: error },
    );
  }
}
