/** What a process of a test is started with, so that it can run the sources: `node --import=…`. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** By address, since the process may run in a folder from which the package cannot be found. */
export const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
