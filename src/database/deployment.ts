/**
 * Checks what kind of MongoDB has answered: everything here relies on transactions, which need a replica set or a
 * sharded cluster.
 */
import { Error as MongooseError } from 'mongoose';

const INITIATE = "run once: mongosh ADDRESS --eval 'rs.initiate()' (the command replSetInitiate).";
const NEEDS = 'Leadwire needs transactions, and so a replica set; one member is enough.';
const NOT_INITIATED = `belongs to a replica set that has not been initiated. To initiate it, ${INITIATE}`;

/**
 * Why a server cannot be used, as the end of a sentence about it; null if it can.
 * @param hello its answer to the `hello` command
 */
export function faultOfServer(hello: Readonly<Record<string, unknown>>): string | null {
  // Sent by a mongos, the router of a sharded cluster.
  if (hello['msg'] === 'isdbgrid') return null;
  if (hello['isreplicaset'] === true) return NOT_INITIATED;
  if (hello['setName'] === undefined) {
    return (
      `is a standalone server. ${NEEDS} Start this mongod again with --replSet rs0 ` +
      '(and --keyFile, if authentication is on); its data is kept. ' +
      `Then ${INITIATE}`
    );
  }
  if (hello['secondary'] === true)
    return (
      'is a secondary, which does not accept writes. Name all members of its replica set, without ' +
      'directConnection.'
    );
  return null;
}

/** The same if no server could be selected; null if the driver's own message explains it. */
export function faultOfTopology(error: unknown): string | null {
  if (!(error instanceof MongooseError.MongooseServerSelectionError)) return null;
  const { servers, setName } = ((error as { reason?: unknown }).reason ?? {}) as {
    servers?: ReadonlyMap<string, { type: string }>;
    setName?: string | null;
  };
  if (!servers) return null;
  if ([...servers.values()].some(({ type }) => type === 'RSGhost')) return NOT_INITIATED;
  // The driver ignores servers that answer, but do not belong to the replica set in the address.
  if (servers.size === 0) {
    const name = setName ?? 'that is named';
    return `does not belong to the replica set ${name}: it is a standalone server, or belongs to another set. ${NEEDS}`;
  }
  return null;
}
