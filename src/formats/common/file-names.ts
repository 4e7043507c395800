/** Names of written files. */
import type { WritableRecording } from '../types.ts';

/** The name of a file of a recording, without an extension. */
export const baseName = ({ name, id }: WritableRecording): string => name ?? id;
