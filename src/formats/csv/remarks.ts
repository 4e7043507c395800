/** Remarks of LabChart behind the values of a row: `#* text` on all channels, `#2 text` on the second one. */
import { figure } from '../common/messages.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { lineText } from './cells.ts';

/** Of one table. */
const MAX_REMARKS = 100_000;
/** Characters of one remark. */
const MAX_LENGTH = 1_000;

const REMARK = /^#(\*|\d{1,3})[ \t]+(\S.*)$/s;
const CONTROL = /\p{Cc}/gu;

interface Remark {
  /** Number of its row, with the rows that are missing. */
  row: number;
  channel: number | null;
  text: string;
}

export class Remarks {
  readonly #channels: number;
  readonly #found: Remark[] = [];
  #lost = 0;

  constructor(channels: number) {
    this.#channels = channels;
  }

  /** Takes the end of a row, if it is a remark. @returns whether it is one */
  take(bytes: Buffer, row: number): boolean {
    const [, channel = '', text = ''] = REMARK.exec(lineText(bytes)) ?? [];
    if (text === '') return false;
    const number = channel === '*' ? 0 : Number(channel);
    if (this.#found.length >= MAX_REMARKS) this.#lost++;
    else
      this.#found.push({
        row,
        channel: number >= 1 && number <= this.#channels ? number - 1 : null,
        text: text.replaceAll(CONTROL, ' ').trim().slice(0, MAX_LENGTH),
      });
    return true;
  }

  /** As annotations, in order of time, in runs; none without a sampling rate. */
  *runs(samplingRate: number | null): Generator<Annotation[], void, void> {
    if (samplingRate === null) return;
    for (let from = 0; from < this.#found.length; from += MAX_ANNOTATIONS_A_RUN)
      yield this.#found
        .slice(from, from + MAX_ANNOTATIONS_A_RUN)
        .map(({ row, channel, text }) => ({ at: row / samplingRate, duration: null, channel, code: null, text }));
  }

  /** A sentence about those that are not kept; null if all are. */
  warning(samplingRate: number | null): string | null {
    const lost = this.#lost + (samplingRate === null ? this.#found.length : 0);
    if (lost === 0) return null;
    return samplingRate === null
      ? `Remarks behind rows were not kept (${figure(lost)}), since without a sampling rate they have no times.`
      : `Remarks behind rows were not kept beyond the first ${figure(MAX_REMARKS)} (${figure(lost)}).`;
  }
}
