/** What is told of exports in formats that have no place for annotations. */
import type { WritableRecording } from '../types.ts';
import { figure } from './messages.ts';

/** In a sentence, that the annotations are left out; none if there are none. */
export const annotationsLeftOut = ({ annotations }: Pick<WritableRecording, 'annotations'>): string[] =>
  annotations.length === 0
    ? []
    : [`Annotations are left out (${figure(annotations.length)}): WFDB, EDF, DICOM and aECG keep them.`];
