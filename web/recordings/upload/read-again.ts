/** Makes a recording of a file once more, with what its reader says of it. */
import { hold } from './held.ts';
import { type Item, update } from './items.ts';
import { retry } from './queue.ts';
import type { Reading } from './reading.ts';

/**
 * What was refused is still on the service; what a recording was made of is sent again.
 * @param removesFormer whether the recording that was made of it before is deleted then
 */
export function readAgain(item: Item, reading: Reading, removesFormer: boolean): void {
  const { phase, recordings, parts, former } = item.state.peek();
  item.reading = reading;
  item.removesFormer = removesFormer;
  if (phase !== 'refused')
    update(item, {
      former: [...former, ...recordings],
      recordings: [],
      warnings: [],
      parts: parts.map((part) => ({ ...part, uploadId: null, sent: 0, isSent: false })),
    });
  hold(item.group);
  retry(item, item.keepBoth);
}
