/** What a request for a picture can choose, the same for every format. */
import type { Layout, Paper, VGain } from '../../paper/types.ts';

export interface PictureOptions {
  /** Seconds from the start of the recording. */
  from: number;
  to?: number | undefined;
  layout?: Layout | undefined;
  paper: Paper;
  /** mm/s */
  speed: number;
  /** mm/mV, and how V1 to V6 differ from it. */
  gain: number;
  gainV: VGain;
  /** Names or leads, in the order in which they are stacked; all if omitted. */
  channels?: string[] | undefined;
  /** Whether limb leads that are not recorded are calculated. */
  calculated: boolean;
  crossings: boolean;
  /** The rule of the crossings, as for insights. */
  deadBand: number;
  gaps: 'break' | 'bridge';
  /** Whether to draw the marks of the recording. */
  annotations: boolean;
  /** Whether to write the patient's name on it, or everything that identifies the recording. */
  name: boolean;
  header: boolean;
}
