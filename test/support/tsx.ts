/** The option with which a test's process can run the sources: `node --import=…`. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A URL, since the process may run in a folder from which the package cannot be resolved. */
export const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
