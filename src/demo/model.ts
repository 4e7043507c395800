/** Markers say that something of the demo has been, or is being, loaded, so that it is loaded once. */
import type { Collection, Connection } from 'mongoose';

/** @typeParam Marker what the one document says */
export const markerCollection = <Marker extends { _id: string; isLoaded: boolean }>(
  database: Connection,
): Collection<Marker> => database.collection<Marker>('markers');
