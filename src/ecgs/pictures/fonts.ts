/** The files of the font in pictures. Its licence is in the package. */
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

export const REGULAR_FONT = resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
export const BOLD_FONT = resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');
